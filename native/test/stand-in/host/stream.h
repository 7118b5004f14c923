// Streams: what is put into one is done in order by a thread of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "cuda_types.h"

namespace standin {

class context;
class stream;

/// A place in a stream: done when the stream has come past it.
struct stream_place {
  std::shared_ptr<stream> where;
  unsigned long long number = 0;

  bool is_done() const;
};

class stream : public std::enable_shared_from_this<stream> {
 public:
  stream(context& owner, bool is_null, bool is_blocking);
  /// Not before it is closed, and what is left in it has been done.
  ~stream();
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  context& owner() const { return owner_; }
  bool is_blocking() const { return is_blocking_; }

  /// Not done where the context has failed by then. `always`: even then.
  stream_place put(std::function<void()> work, bool always = false);
  /// Where the stream's work ends now.
  stream_place end();

  /// No more work comes.
  void close();

 private:
  friend struct stream_place;
  friend bool wait_for(const stream_place& place, long long ms);

  struct item {
    std::function<void()> work;
    std::vector<stream_place> after;
    bool always;
  };
  void run();
  std::vector<stream_place> others_first();

  context& owner_;
  bool is_null_;
  bool is_blocking_;
  std::deque<item> queue_;
  unsigned long long put_ = 0;
  unsigned long long done_ = 0;
  bool is_closed_ = false;
  std::thread thread_;
};

/// False when it is still not done after so long; negative: as long as it takes.
bool wait_for(const stream_place& place, long long ms = -1);

struct event {
  context* owner;
  bool has_time;
  stream_place place;
  std::shared_ptr<unsigned long long> time_ns;
};

}
