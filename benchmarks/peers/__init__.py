"""The peers of the whole road, each a process of its own, in an environment of its own where it needs one."""
