// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// Runs tasks on the thread that reads and writes the connections: what is done with an answer needs no other thread to wake
/// up, and most of a run is many short steps between answers. What works for long does it elsewhere.
public final class LoopExecutor: TaskExecutor {
  /// That of every connection.
  public static let shared = LoopExecutor(MultiThreadedEventLoopGroup.singleton.next())

  let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
