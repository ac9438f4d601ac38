"""The demo province: a small tỉnh Mẫu on loopback, with its outlets, its articles, and the truth to compare with."""
