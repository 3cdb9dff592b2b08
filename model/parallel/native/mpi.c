// What training takes of MPI, behind functions of plain types: ranks, sums, gathering, broadcast. A thread
// of its own keeps what is under way going, while the caller computes: MPI by itself only works on
// a message while it is called. model/parallel/mpi.ts calls this.
#include <limits.h>
#include <mpi.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { SLOTS = 256 };
enum State { FREE, PENDING, DONE };

// Polls of an awaited request that only yield the processor; all later ones sleep in between.
enum { EAGER_POLLS = 2000 };
static const struct timespec NAP = {0, 20000};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;  // of all below, and of every call of MPI
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static MPI_Request requests[SLOTS];
static enum State states[SLOTS];
static int pending;  // slots that are
static int waiting;  // callers of marn_mpi_wait
static int stopping;
static pthread_t thread;

// Gathering has a communicator of its own: batch norm gathers while gradients are on their way, and what
// of these is whole by then may differ from rank to rank.
static MPI_Comm gathering;

// Tests every pending request once; whether one of them is done.
static int poll_requests(void) {
  int any = 0;
  for (int slot = 0; slot < SLOTS; slot++) {
    if (states[slot] != PENDING) continue;
    int done = 0;
    MPI_Test(&requests[slot], &done, MPI_STATUS_IGNORE);
    if (!done) continue;
    states[slot] = DONE;
    pending--;
    any = 1;
  }
  if (any) pthread_cond_broadcast(&changed);
  return any;
}

static void* make_progress(void* unused) {
  (void)unused;
  long polls = 0;
  pthread_mutex_lock(&lock);
  while (!stopping) {
    if (pending == 0) {
      pthread_cond_wait(&changed, &lock);
      polls = 0;
      continue;
    }
    polls = poll_requests() ? 0 : polls + 1;
    const int eager = waiting > 0 && polls < EAGER_POLLS;
    pthread_mutex_unlock(&lock);
    if (eager) {
      sched_yield();
    } else {
      nanosleep(&NAP, NULL);
    }
    pthread_mutex_lock(&lock);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

// The caller holds the lock and gives it up to no one until the slot is used; -1 where all are.
static int free_slot(void) {
  for (int slot = 0; slot < SLOTS; slot++) {
    if (states[slot] == FREE) return slot;
  }
  return -1;
}

static int begin(int slot) {
  if (slot >= 0) {
    states[slot] = PENDING;
    pending++;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  return slot;
}

// Joins the other ranks and fills in rank and ranks, and the same of this machine. 0, or what MPI
// answers; -1 where it cannot serve several threads.
int marn_mpi_start(int32_t facts[4]) {
  int provided = 0;
  const int error = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (error != MPI_SUCCESS) return error;
  if (provided < MPI_THREAD_SERIALIZED) return -1;
  MPI_Comm machine;
  MPI_Comm_rank(MPI_COMM_WORLD, &facts[0]);
  MPI_Comm_size(MPI_COMM_WORLD, &facts[1]);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, facts[0], MPI_INFO_NULL, &machine);
  MPI_Comm_rank(machine, &facts[2]);
  MPI_Comm_size(machine, &facts[3]);
  MPI_Comm_free(&machine);
  MPI_Comm_dup(MPI_COMM_WORLD, &gathering);
  return pthread_create(&thread, NULL, make_progress, NULL);
}

// The library's name and version, cut to `size` bytes with the zero behind it.
void marn_mpi_version(char* text, int32_t size) {
  char version[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(version, &length);
  strncpy(text, version, size);
  text[size - 1] = 0;
}

// Each of these begins something, and returns its slot: for marn_mpi_wait, until which the buffers are
// MPI's. -1 where there are too many numbers or slots. All ranks gather in the same order, and do all
// else in the same order.

// Adds up `values` over all ranks, in place.
int marn_mpi_sum(float* values, int64_t count) {
  if (count > INT_MAX) return -1;
  pthread_mutex_lock(&lock);
  const int slot = free_slot();
  if (slot >= 0) {
    MPI_Iallreduce(MPI_IN_PLACE, values, (int)count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD,
                   &requests[slot]);
  }
  return begin(slot);
}

// Puts the `bytes` of every rank one behind the other in `all`.
int marn_mpi_gather(const uint8_t* own, uint8_t* all, int64_t bytes) {
  if (bytes > INT_MAX) return -1;
  pthread_mutex_lock(&lock);
  const int slot = free_slot();
  if (slot >= 0) {
    MPI_Iallgather(own, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, gathering,
                   &requests[slot]);
  }
  return begin(slot);
}

// Makes `values` those of rank 0.
int marn_mpi_broadcast(uint8_t* values, int64_t bytes) {
  if (bytes > INT_MAX) return -1;
  pthread_mutex_lock(&lock);
  const int slot = free_slot();
  if (slot >= 0) {
    MPI_Ibcast(values, (int)bytes, MPI_BYTE, 0, MPI_COMM_WORLD, &requests[slot]);
  }
  return begin(slot);
}

// Returns when what was begun in a slot is done, and frees it.
void marn_mpi_wait(int32_t slot) {
  pthread_mutex_lock(&lock);
  waiting++;
  while (states[slot] != DONE) pthread_cond_wait(&changed, &lock);
  waiting--;
  states[slot] = FREE;
  pthread_mutex_unlock(&lock);
}

// Ends all ranks at once.
void marn_mpi_abort(int32_t code) {
  pthread_mutex_lock(&lock);
  MPI_Abort(MPI_COMM_WORLD, code);
}

// Takes leave of the other ranks, when nothing is pending any more.
void marn_mpi_finish(void) {
  pthread_mutex_lock(&lock);
  stopping = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  pthread_join(thread, NULL);
  MPI_Comm_free(&gathering);
  MPI_Finalize();
}
