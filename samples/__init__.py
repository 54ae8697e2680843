"""The sample region 样例地区: one invented city with twelve pilot candidates and their evidence, frozen at 2023-06-30."""
