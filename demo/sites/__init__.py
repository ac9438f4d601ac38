"""How each of the four kinds of site of tỉnh Mẫu answers; structures and quirks are those of real sites."""
