// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What was asked of the stand-in.
struct Counts {
  var submit = 0
  var poll = 0
  /// Of tasks.
  var list = 0
  /// Of the container's files.
  var listing = 0
  var get = 0
  var head = 0
  var put = 0
  var delete = 0
  var other = 0
  /// Answers with a status of 400 or more.
  var refused = 0

  /// User and system time of this process, in seconds.
  static var cpu: Double {
    var usage = rusage()
    // RUSAGE_SELF, which has another type on each system.
    getrusage(0, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// A line of JSON.
  /// - Parameters:
  ///   - tasks: that were made.
  ///   - marks: different ones that they have.
  func json(tasks: Int, marks: Int) -> String {
    let requests = submit + poll + list + listing + get + head + put + delete + other
    return """
      {"requests":\(requests),"submit":\(submit),"poll":\(poll),"list":\(list),"listing":\(listing),"get":\(get),\
      "head":\(head),"put":\(put),"delete":\(delete),"other":\(other),"refused":\(refused),"tasks":\(tasks),\
      "marks":\(marks),"cpu_seconds":\(Self.cpu)}

      """
  }
}
