enum ExportStorageSeed {}
