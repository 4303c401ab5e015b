enum ExportPlanSeed {}
