"""What case managers get and send back: a workbook with the proposals for their own persons."""
