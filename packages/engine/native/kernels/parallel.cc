#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tarea {
namespace {

/** Looks before a thread that waits goes to sleep: about a millisecond, longer than the gaps between operations of a step. */
constexpr int kLooks = 30000;
/** Looks after which it lets others have its core, among them perhaps the one that it waits for. */
constexpr int kLooksAtATime = 64;

inline void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/** Looks until `isDone()`, or for `looks` times; says whether it is. */
template <class Done>
inline bool Look(int looks, const Done& isDone) {
  for (int look = 1; look <= looks; ++look) {
    if (isDone()) return true;
    if (look % kLooksAtATime == 0) std::this_thread::yield();
    else Pause();
  }
  return isDone();
}

struct Job {
  void (*work)(const void*, int);
  const void* context;
  int parts, threads;

  /** The parts of one thread; the same ones whenever there are as many parts. */
  void Run(int thread) const {
    for (int part = thread; part < parts; part += threads) work(context, part);
  }
};

/** A thread that waits for its part of the next job. */
class Worker {
 public:
  explicit Worker(int thread) : thread_(thread) { std::thread([this] { Run(); }).detach(); }

  void Start(const Job& job) {
    job_ = job;
    posted_.store(posted_.load(std::memory_order_relaxed) + 1);
    if (!asleep_.load()) return;
    std::lock_guard<std::mutex> lock(mutex_);
    awake_.notify_one();
  }

  void Wait() {
    const unsigned posted = posted_.load(std::memory_order_relaxed);
    while (!Look(kLooks, [&] { return done_.load(std::memory_order_acquire) == posted; }));
  }

 private:
  [[noreturn]] void Run() {
    for (unsigned next = 1;; ++next) {
      if (!Look(kLooks, [&] { return posted_.load(std::memory_order_acquire) == next; })) Sleep(next);
      job_.Run(thread_);
      done_.store(next, std::memory_order_release);
    }
  }

  void Sleep(unsigned next) {
    std::unique_lock<std::mutex> lock(mutex_);
    asleep_.store(true);
    awake_.wait(lock, [&] { return posted_.load() == next; });
    asleep_.store(false);
  }

  const int thread_;
  Job job_{};
  std::atomic<unsigned> posted_{0}, done_{0};
  std::atomic<bool> asleep_{false};
  std::mutex mutex_;
  std::condition_variable awake_;
};

/** All workers of the process; they end with it. */
struct Crew {
  std::mutex busy;
  std::vector<std::unique_ptr<Worker>> workers;
};

Crew& TheCrew() {
  static Crew* const crew = new Crew;
  return *crew;
}

}  // namespace

void RunParts(int parts, void (*work)(const void*, int), const void* context) {
  static const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  Crew& crew = TheCrew();
  // Two operations at once: the one that comes later does its parts one after the other, with the same results.
  std::unique_lock<std::mutex> lock(crew.busy, std::defer_lock);
  const int threads = parts == 1 || !lock.try_lock() ? 1 : std::min(parts, cores);
  const Job job = {work, context, parts, threads};
  while (static_cast<int>(crew.workers.size()) < threads - 1)
    crew.workers.push_back(std::make_unique<Worker>(static_cast<int>(crew.workers.size()) + 1));
  for (int thread = 1; thread < threads; ++thread) crew.workers[thread - 1]->Start(job);
  job.Run(0);
  for (int thread = 1; thread < threads; ++thread) crew.workers[thread - 1]->Wait();
}

}  // namespace tarea
