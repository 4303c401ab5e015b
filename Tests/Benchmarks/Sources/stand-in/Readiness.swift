// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if os(Linux)
  /// Tells which descriptors can be read from, or written to where that was asked for.
  struct Readiness: ~Copyable {
    private let queue = epoll_create1(0)
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: 256)

    deinit {
      close(queue)
      events.deallocate()
    }

    func add(_ descriptor: Int32) { control(EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue) }

    /// - Parameter isFull: nothing more can be written now.
    func change(_ descriptor: Int32, isFull: Bool) {
      control(EPOLL_CTL_MOD, descriptor, isFull ? EPOLLOUT.rawValue : EPOLLIN.rawValue)
    }

    /// Waits for a second at most. What was closed is not told any more.
    func wait(_ take: (Int32) -> Void) {
      let count = epoll_wait(queue, events, 256, 1000)
      for index in 0..<max(0, Int(count)) { take(events[index].data.fd) }
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ wanted: UInt32) {
      var event = epoll_event(events: wanted, data: epoll_data_t(fd: descriptor))
      epoll_ctl(queue, operation, descriptor, &event)
    }
  }
#else
  /// Tells which descriptors can be read from, or written to where that was asked for.
  struct Readiness: ~Copyable {
    private final class Wanted { var descriptors: [pollfd] = [] }

    private let wanted = Wanted()

    func add(_ descriptor: Int32) {
      wanted.descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }

    /// - Parameter isFull: nothing more can be written now.
    func change(_ descriptor: Int32, isFull: Bool) {
      for index in wanted.descriptors.indices where wanted.descriptors[index].fd == descriptor {
        wanted.descriptors[index].events = Int16(isFull ? POLLOUT : POLLIN)
      }
    }

    /// Waits for a second at most. What was closed is not told any more.
    func wait(_ take: (Int32) -> Void) {
      poll(&wanted.descriptors, nfds_t(wanted.descriptors.count), 1000)
      wanted.descriptors.removeAll { $0.revents & Int16(POLLNVAL) != 0 }
      for entry in wanted.descriptors where entry.revents != 0 { take(entry.fd) }
    }
  }
#endif
