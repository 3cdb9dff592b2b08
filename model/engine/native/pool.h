// Worker threads that live as long as the process.
#ifndef MARN_POOL_H_
#define MARN_POOL_H_

namespace marn {

// Refers to a function of (worker, task), which must outlive it.
class TaskFunction {
 public:
  template <class F>
  TaskFunction(const F& work) : work_(&work), call_(call<F>) {}

  void operator()(int worker, long task) const { call_(work_, worker, task); }

 private:
  template <class F>
  static void call(const void* work, int worker, long task) {
    (*static_cast<const F*>(work))(worker, task);
  }

  const void* work_;
  void (*call_)(const void* work, int worker, long task);
};

class Pool {
 public:
  // As many workers as the machine has threads.
  static Pool& shared();

  // Never destroy one: its threads may still be waiting when the process ends.
  explicit Pool(int size);

  int size() const { return size_; }

  // Calls work(worker, task) for every task in [0, tasks); each worker takes the next one that is
  // left, in order, so that sums must be kept by task, not by worker. Returns when all are done.
  void run(long tasks, TaskFunction work);

  // Calls work(part, from, to) for consecutive ranges of [0, total), size() of them: the same
  // ranges in every run, so that sums kept by part have the same bits.
  template <class F>
  void run_parts(long total, const F& work) {
    run(size_,
        [&](int, long part) { work(part, total * part / size_, total * (part + 1) / size_); });
  }

 private:
  struct Threads;

  const int size_;
  Threads* const threads_;
};

}  // namespace marn

#endif  // MARN_POOL_H_
