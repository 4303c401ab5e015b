// SPDX-License-Identifier: Apache-2.0

/// The container: lists the files of tasks that are done, and hands them out. Signatures are not looked at.
struct ContainerAnswers: ~Copyable {
  private var contents: [ContentsBox]
  private let pageMost: Int

  /// A reference, as an array takes nothing else that cannot be copied.
  private final class ContentsBox {
    let contents: Contents

    init(_ contents: consuming Contents) { self.contents = contents }
  }

  static let blob: StaticString =
    "Content-Type: application/json\r\nETag: \"0x8D4BCC2E4835CD0\"\r\nx-ms-blob-type: BlockBlob\r\n"
  private static let file: StaticString = "/part-00000.json"

  /// - Parameters:
  ///   - rows: of each file.
  ///   - pageMost: names on a page of a listing.
  init(rows: Int, pageMost: Int) {
    contents = TaskTable.kinds.indices.map { ContentsBox(Contents(of: $0, rows: rows)) }
    self.pageMost = pageMost
  }

  func answer(
    _ request: Request, _ tasks: borrowing TaskTable, _ counts: inout Counts, now: Int, to output: inout Bytes
  ) {
    let isListing = request.query.place(of: "comp=list") != nil
    switch request.method {
    case .get where isListing:
      counts.listing += 1
      list(Listing(request.query, most: pageMost), tasks, now, &output)
    case .get: hand(request.path, tasks, &counts.get, &counts.refused, now, isHead: false, &output)
    case .head: hand(request.path, tasks, &counts.head, &counts.refused, now, isHead: true, &output)
    case .put:
      counts.put += 1
      output.answerNothing("201 Created")
    case .delete:
      counts.delete += 1
      output.answerNothing("202 Accepted")
    default:
      counts.other += 1
      counts.refused += 1
      output.answerNothing("405 Method Not Allowed")
    }
  }

  private func hand(
    _ path: View, _ tasks: borrowing TaskTable, _ count: inout Int, _ refused: inout Int, _ now: Int, isHead: Bool,
    _ output: inout Bytes
  ) {
    count += 1
    let file = Self.file.utf8CodeUnitCount
    let idStart = path.count - file - TaskTable.idLength
    guard idStart > 0, path.from(path.count - file).starts(with: Self.file),
      let task = tasks.task(named: path.from(idStart).upTo(TaskTable.idLength)), tasks.isDone(task, now: now)
    else {
      refused += 1
      return output.answer("404 Not Found", "x-ms-error-code: BlobNotFound\r\n") { _ in }
    }
    let contents = contents[Int(tasks.entries[task].kind)]
    if isHead { return output.answerHead(Self.blob, length: contents.contents.count) }
    output.answer("200 OK", Self.blob) { contents.contents.write(day: tasks.day(of: task), to: &$0) }
  }

  // MARK: Listings

  private func list(_ listing: borrowing Listing, _ tasks: borrowing TaskTable, _ now: Int, _ output: inout Bytes) {
    output.answer("200 OK", "Content-Type: application/xml\r\n") { output in
      output.append("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>")
      let next = listing.walk(tasks, now: now) { task in write(task, tasks, &output) }
      output.append("</Blobs><NextMarker>")
      if let next { output.append(next) }
      output.append("</NextMarker></EnumerationResults>")
    }
  }

  private func write(_ task: Int, _ tasks: borrowing TaskTable, _ output: inout Bytes) {
    let entry = tasks.entries[task]
    output.append("<Blob><Name>")
    Listing.writeFolder(task, tasks, to: &output)
    output.append(Self.file)
    output.append("</Name><Properties><Last-Modified>Tue, 24 Nov 2026 04:09:49 GMT</Last-Modified>")
    output.append("<Etag>0x8D4BCC2E4835CD0</Etag><Content-Length>")
    output.append(contents[Int(entry.kind)].contents.count)
    output.append("</Content-Length><Content-Type>application/json</Content-Type><Content-Encoding/><Content-MD5/>")
    output.append("<BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier></Properties></Blob>")
  }
}
