#include "pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

namespace marn {

namespace {

// Those that this process may run on: a launcher of several gives each its own.
unsigned processors() {
#ifdef __linux__
  cpu_set_t own;
  if (sched_getaffinity(0, sizeof own, &own) == 0) return CPU_COUNT(&own);
#endif
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

// Worker 0 is the caller of run(); the others each take part in every round, a call of run().
struct Pool::Threads {
  std::mutex calls;  // held during a call of run()
  std::mutex mutex;  // guards the round
  std::condition_variable start;
  std::condition_variable done;
  long round = 0;
  const TaskFunction* work = nullptr;
  long tasks = 0;
  int busy = 0;               // workers that have not ended the round
  std::atomic<long> next{0};  // task

  void drain(int worker, const TaskFunction& work, long tasks) {
    for (long task; (task = next.fetch_add(1)) < tasks;) work(worker, task);
  }

  void serve(int worker) {
    for (long seen = 0;;) {
      const TaskFunction* work;
      long tasks;
      {
        std::unique_lock<std::mutex> lock(mutex);
        start.wait(lock, [&] { return round != seen; });
        seen = round;
        work = this->work;
        tasks = this->tasks;
      }
      drain(worker, *work, tasks);
      std::lock_guard<std::mutex> lock(mutex);
      if (--busy == 0) done.notify_one();
    }
  }
};

Pool& Pool::shared() {
  static Pool* pool = new Pool(processors());
  return *pool;
}

Pool::Pool(int size) : size_(size), threads_(new Threads) {
  for (int worker = 1; worker < size; worker++) {
    std::thread([this, worker] { threads_->serve(worker); }).detach();
  }
}

void Pool::run(long tasks, TaskFunction work) {
  if (tasks <= 0) return;
  Threads& threads = *threads_;
  std::lock_guard<std::mutex> one_caller(threads.calls);
  if (size_ == 1 || tasks == 1) {
    for (long task = 0; task < tasks; task++) work(0, task);
    return;
  }
  {
    std::lock_guard<std::mutex> lock(threads.mutex);
    threads.work = &work;
    threads.tasks = tasks;
    threads.next = 0;
    threads.busy = size_ - 1;
    threads.round++;
  }
  threads.start.notify_all();
  threads.drain(0, work, tasks);
  std::unique_lock<std::mutex> lock(threads.mutex);
  threads.done.wait(lock, [&] { return threads.busy == 0; });
}

}  // namespace marn
