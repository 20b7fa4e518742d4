// SPDX-License-Identifier: Apache-2.0
// The intrusive list that every suspended coroutine hangs in.

#pragma once

namespace sim {

// A coroutine waits for one thing at a time, so its promise carries one link: it hangs in a wait
// list, in the ready queue, or nowhere. Destroying the frame takes it out of whichever it is.
struct Link {
  Link* prev = nullptr;
  Link* next = nullptr;

  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { unlink(); }

  bool linked() const { return next != nullptr; }
  void unlink() {
    if (next == nullptr) return;
    prev->next = next;
    next->prev = prev;
    prev = next = nullptr;
  }
};

// First in, first out; all operations take constant time, also moving the whole list.
class WaitList {
 public:
  WaitList() { head_.prev = head_.next = &head_; }
  ~WaitList() {
    while (!empty()) front()->unlink();
    head_.prev = head_.next = nullptr;
  }
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;

  bool empty() const { return head_.next == &head_; }
  Link* front() const { return head_.next; }
  Link* end() { return &head_; }
  void push(Link& link) {
    link.prev = head_.prev;
    link.next = &head_;
    head_.prev->next = &link;
    head_.prev = &link;
  }
  // Moves everything from `other` to the end of this list.
  void splice(WaitList& other) {
    if (other.empty()) return;
    Link* first = other.head_.next;
    Link* last = other.head_.prev;
    first->prev = head_.prev;
    head_.prev->next = first;
    last->next = &head_;
    head_.prev = last;
    other.head_.prev = other.head_.next = &other.head_;
  }

 private:
  Link head_;
};

}  // namespace sim
