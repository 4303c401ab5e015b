enum ExportHTTPSeed {}
