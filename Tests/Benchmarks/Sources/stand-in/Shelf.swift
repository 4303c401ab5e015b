// SPDX-License-Identifier: Apache-2.0

/// Tasks of one kind in the order of their files' names: by the second in which they were made, then by their ids.
struct Shelf {
  private struct Second {
    let seconds: Int
    /// As names of files have it.
    let name: [UInt8]
    var tasks: [Int32] = []

    init(_ moment: Moment) {
      seconds = moment.seconds
      var text = Bytes(capacity: 32)
      moment.writeCompact(to: &text)
      name = Array(text.view)
    }
  }

  private var seconds: [Second] = []

  /// Seconds only go on; one that goes back is taken for the newest.
  mutating func add(_ task: Int, at moment: Moment) {
    if (seconds.last?.seconds ?? 0) < moment.seconds { seconds.append(Second(moment)) }
    let place = Self.place(behind: TaskTable.scattered(task), in: seconds[seconds.count - 1].tasks)
    seconds[seconds.count - 1].tasks.insert(Int32(task), at: place)
  }

  /// Goes through the tasks in order, for as long as `take` says.
  /// - Parameters:
  ///   - start: what the names of their seconds begin with.
  ///   - marker: a second, and the scattered digits of the task of that second to go on behind.
  func walk(named start: View, behind marker: (seconds: Int, scattered: UInt32)?, _ take: (Int) -> Bool) {
    var index = firstIndex { $0.name.withUnsafeBufferPointer { $0.upTo(start.count).isBefore(start) } }
    if let marker { index = max(index, firstIndex { $0.seconds < marker.seconds }) }
    while index < seconds.count,
      seconds[index].name.withUnsafeBufferPointer({ $0.upTo(start.count).isEqual(to: start) })
    {
      var place = 0
      if let marker, seconds[index].seconds == marker.seconds {
        place = Self.place(behind: marker.scattered, in: seconds[index].tasks)
      }
      while place < seconds[index].tasks.count {
        guard take(Int(seconds[index].tasks[place])) else { return }
        place += 1
      }
      index += 1
    }
  }

  private func firstIndex(behind isBefore: (Second) -> Bool) -> Int {
    var (low, high) = (0, seconds.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(seconds[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func place(behind scattered: UInt32, in tasks: [Int32]) -> Int {
    var (low, high) = (0, tasks.count)
    while low < high {
      let middle = (low + high) / 2
      if TaskTable.scattered(Int(tasks[middle])) <= scattered { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
