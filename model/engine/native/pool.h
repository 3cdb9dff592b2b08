// Worker threads that live as long as the process.
#ifndef MARN_POOL_H_
#define MARN_POOL_H_

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace marn {

class Pool {
 public:
  // Never destroyed: its threads may still be waiting when the process ends.
  static Pool& shared() {
    static Pool* pool = new Pool(std::max(1u, std::thread::hardware_concurrency()));
    return *pool;
  }

  explicit Pool(int size) : size_(size) {
    for (int worker = 1; worker < size; worker++) {
      std::thread([this, worker] { serve(worker); }).detach();
    }
  }

  int size() const { return size_; }

  // Calls work(worker, task) for every task in [0, tasks); each worker takes the next one that is
  // left, in order, so that sums must be kept by task, not by worker. Returns when all are done.
  void run(long tasks, const std::function<void(int, long)>& work) {
    if (tasks <= 0) return;
    std::lock_guard<std::mutex> one_caller(calls_);
    if (size_ == 1 || tasks == 1) {
      for (long task = 0; task < tasks; task++) work(0, task);
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      tasks_ = tasks;
      next_ = 0;
      busy_ = size_ - 1;
      round_++;
    }
    start_.notify_all();
    drain(0, work, tasks);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

  // Calls work(part, from, to) for consecutive ranges of [0, total), size() of them: the same ranges
  // in every run, so that sums kept by part have the same bits.
  template <class F>
  void run_parts(long total, const F& work) {
    run(size_, [&](int, long part) {
      work(part, total * part / size_, total * (part + 1) / size_);
    });
  }

 private:
  void drain(int worker, const std::function<void(int, long)>& work, long tasks) {
    for (long task; (task = next_.fetch_add(1)) < tasks;) work(worker, task);
  }

  void serve(int worker) {
    long seen = 0;
    for (;;) {
      const std::function<void(int, long)>* work;
      long tasks;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        start_.wait(lock, [&] { return round_ != seen; });
        seen = round_;
        work = work_;
        tasks = tasks_;
      }
      drain(worker, *work, tasks);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }

  const int size_;
  std::mutex calls_, mutex_;
  std::condition_variable start_, done_;
  const std::function<void(int, long)>* work_ = nullptr;
  std::atomic<long> next_{0};
  long tasks_ = 0, round_ = 0;
  int busy_ = 0;
};

}  // namespace marn

#endif  // MARN_POOL_H_
