enum ExportTestingSeed {}
