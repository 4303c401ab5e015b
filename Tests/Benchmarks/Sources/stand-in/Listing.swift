// SPDX-License-Identifier: Apache-2.0

/// One page of the container's names that begin with a prefix.
struct Listing: ~Copyable {
  private var prefix = Bytes(capacity: 128)
  private let most: Int
  /// The task behind which the page begins.
  private let marker: Int?
  /// Of the names of seconds.
  private static let secondLength = 16

  /// - Parameter most: names on a page, whatever is asked for.
  init(_ query: View, most: Int) {
    let asked = query.value(behind: "maxresults=", upTo: UInt8(ascii: "&"))?.number ?? most
    self.most = max(1, min(asked, most))
    marker = query.value(behind: "marker=", upTo: UInt8(ascii: "&")).map(\.number)
    var value = query.value(behind: "prefix=", upTo: UInt8(ascii: "&")) ?? View(start: nil, count: 0)
    while let byte = value.first {
      if byte == UInt8(ascii: "%"), value.from(1).starts(with: "2F") {
        prefix.append("/")
        value = value.from(3)
      } else {
        prefix.append(byte)
        value = value.from(1)
      }
    }
  }

  /// Takes the names of the page.
  /// - Returns: the last task of it, when there are more behind it.
  func walk(_ tasks: borrowing TaskTable, now: Int, _ take: (Int) -> Void) -> Int? {
    let firstKind = marker.map { Int(tasks.entries[$0].kind) } ?? 0
    var (taken, last, isMore) = (0, 0, false)
    for kind in firstKind..<TaskTable.kinds.count where !isMore {
      let folder = TaskTable.kinds[kind].folder
      guard prefix.view.isStart(with: folder) else { continue }
      let rest = prefix.view.from(folder.utf8CodeUnitCount)
      if rest.count > Self.secondLength,
        let task = tasks.task(named: rest.from(Self.secondLength + 1).upTo(TaskTable.idLength))
      {
        if isNamed(task, tasks), tasks.isDone(task, now: now) { take(task) }
        return nil
      }
      let behind = kind == firstKind ? marker.map { (Int(tasks.entries[$0].created), TaskTable.scattered($0)) } : nil
      tasks.shelves[kind].walk(named: rest.upTo(Self.secondLength), behind: behind) { task in
        guard tasks.isDone(task, now: now), rest.count <= Self.secondLength || isNamed(task, tasks) else { return true }
        isMore = taken == most
        guard !isMore else { return false }
        take(task)
        (taken, last) = (taken + 1, task)
        return true
      }
    }
    return isMore ? last : nil
  }

  private func isNamed(_ task: Int, _ tasks: borrowing TaskTable) -> Bool {
    var name = Bytes(capacity: 128)
    Self.writeFolder(task, tasks, to: &name)
    name.append("/")
    return name.view.upTo(prefix.count).isEqual(to: prefix.view.upTo(name.count))
  }

  /// `event/20161216T210000Z-ID`
  static func writeFolder(_ task: Int, _ tasks: borrowing TaskTable, to output: inout Bytes) {
    let entry = tasks.entries[task]
    output.append(TaskTable.kinds[Int(entry.kind)].folder)
    Moment(seconds: Int(entry.created)).writeCompact(to: &output)
    output.append("-")
    TaskTable.writeID(task, to: &output)
  }
}

extension UnsafeBufferPointer where Element == UInt8 {
  /// One of both begins with the other.
  fileprivate func isStart(with text: StaticString) -> Bool {
    let length = Swift.min(count, text.utf8CodeUnitCount)
    return upTo(length).isEqual(to: View(start: text.utf8Start, count: length))
  }
}
