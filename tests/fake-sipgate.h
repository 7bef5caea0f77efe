/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A sipgate REST interface on loopback, in a thread of its own, that keeps to protocol/sipgate.md §8 or breaks it as told. It checks
 * the token and remembers what it was asked. Beside it stands a bystander: a second server that no request may ever reach. All
 * functions can be called from any thread. */
typedef struct _FakeSipgate FakeSipgate;

#define FAKE_SIPGATE_TOKEN_ID "token-ABC123"
#define FAKE_SIPGATE_TOKEN "fake-secret-91cc7"
#define FAKE_SIPGATE_USER "w0"

typedef enum {
  FAKE_SIPGATE_FINE,
  FAKE_SIPGATE_STATUS,     /* answers status and retry_after */
  FAKE_SIPGATE_BODY,       /* answers 200 with body */
  FAKE_SIPGATE_REDIRECT,   /* to the bystander */
  FAKE_SIPGATE_HANG,       /* never answers */
  FAKE_SIPGATE_CUT,        /* sends half of the body it announced */
  FAKE_SIPGATE_HUGE,       /* 10 MiB */
  FAKE_SIPGATE_ENDLESS,    /* of the history: every page is full, whatever the offset */
  FAKE_SIPGATE_IGNORE_PUT, /* of the settings: says yes, and changes nothing */
} FakeSipgateMode;

typedef struct {
  FakeSipgateMode mode;
  const char *path;        /* (nullable) only requests whose method and path begin so: "GET /history" */
  guint times;             /* this many requests, then all well again; 0: all from then on */
  guint status;
  const char *body;        /* (nullable) */
  const char *retry_after; /* (nullable) */
} FakeSipgateBehaviour;

FakeSipgate *fake_sipgate_new                      (void);
void         fake_sipgate_free                     (FakeSipgate                *self);
const char  *fake_sipgate_get_url                  (FakeSipgate                *self);
void         fake_sipgate_set_behaviour            (FakeSipgate                *self,
                                                    const FakeSipgateBehaviour *behaviour);
void         fake_sipgate_add_item                 (FakeSipgate                *self,
                                                    const char                 *json);
void         fake_sipgate_clear_items              (FakeSipgate                *self);
void         fake_sipgate_set_item_file            (FakeSipgate                *self,
                                                    const char                 *path);
void         fake_sipgate_set_running              (FakeSipgate                *self,
                                                    const char                 *call_id);
void         fake_sipgate_set_settings             (FakeSipgate                *self,
                                                    const char                 *json);
char        *fake_sipgate_dup_settings             (FakeSipgate                *self);
guint        fake_sipgate_count_requests           (FakeSipgate                *self,
                                                    const char                 *prefix);
char        *fake_sipgate_dup_last_request         (FakeSipgate                *self,
                                                    const char                 *prefix);
guint        fake_sipgate_get_n_refused            (FakeSipgate                *self);
guint        fake_sipgate_get_n_bystander_requests (FakeSipgate                *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeSipgate, fake_sipgate_free)

G_END_DECLS
