enum ExportReportSeed {}
