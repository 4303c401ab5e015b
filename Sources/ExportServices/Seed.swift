enum ExportServicesSeed {}
