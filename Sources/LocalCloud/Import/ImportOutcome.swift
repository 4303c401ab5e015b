// SPDX-License-Identifier: Apache-2.0
import GRDB

extension ArchiveImport.Outcome {
  /// Finds out what of the files is served when all are in.
  mutating func settle(in db: Database) throws {
    let sql = """
      SELECT replaced, CASE WHEN replaced = 1 THEN 0 WHEN dataset = 'Push' THEN
        (SELECT count(*) FROM import_row WHERE file = import_file.id AND campaign IS NOT NULL) ELSE rows END
      FROM import_file WHERE id = ?
      """
    var seen: Set<Int64> = []
    for index in files.indices {
      guard let record = files[index].record, let row = try Row.fetchOne(db, sql: sql, arguments: [record]) else {
        continue
      }
      let isFirst = seen.insert(record).inserted
      let served: Int = isFirst ? row[1] : 0
      if !isFirst || row[0] == 1 || served != files[index].rows { files[index].served = served }
    }
  }
}
