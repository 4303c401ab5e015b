enum ExportCoreSeed {}
