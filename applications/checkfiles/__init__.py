"""The city's worklist as a workbook: out to the closed network of its register, and the answers back (fukuoka-20)."""
