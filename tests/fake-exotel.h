/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "fake-exotel-records.h"

G_BEGIN_DECLS

/* An Exotel on loopback, in a thread of its own, that keeps to protocol/exotel.md or breaks it as told. It checks SID, key and
 * token, the filter's span and age, and remembers what it was asked. Beside it stands a bystander: a second server that no
 * request may ever reach. All functions can be called from any thread. */
typedef struct _FakeExotel FakeExotel;

#define FAKE_EXOTEL_SID "fakesid1"
#define FAKE_EXOTEL_KEY "fake-key-b6d41"
#define FAKE_EXOTEL_TOKEN "fake-token-7f20c"

typedef enum {
  FAKE_EXOTEL_FINE,
  FAKE_EXOTEL_STATUS,         /* answers status, body, message, code and retry_after */
  FAKE_EXOTEL_NO_DETAILS,     /* the same, but only to requests with details=true */
  FAKE_EXOTEL_REDIRECT,       /* to the bystander */
  FAKE_EXOTEL_HANG,           /* never answers */
  FAKE_EXOTEL_CLOSE,          /* closes the connection instead of answering */
  FAKE_EXOTEL_CUT,            /* sends half of the body it announced */
  FAKE_EXOTEL_CUT_CHUNK,      /* likewise, in chunks */
  FAKE_EXOTEL_ZIPPED,         /* gzip */
  FAKE_EXOTEL_HUGE,           /* 24 MiB */
  FAKE_EXOTEL_HUGE_ZIPPED,    /* the same, in a few KiB of gzip */
  FAKE_EXOTEL_ENDLESS,        /* one byte after the other, slowly, for ever */
  FAKE_EXOTEL_REPEAT_CURSOR,  /* each page names the first page's cursor as next */
  FAKE_EXOTEL_EMPTY_PAGES,    /* each page is empty and names another one */
  FAKE_EXOTEL_WRONG_TOTAL,    /* by total_offset */
  FAKE_EXOTEL_DUPLICATES,     /* each page begins with the previous page's last record */
  FAKE_EXOTEL_OUTSIDE,        /* each page has a record more, of a year ago */
  FAKE_EXOTEL_NEXT_URI,       /* names next_uri in NextPageUri */
} FakeExotelMode;

typedef enum {
  FAKE_EXOTEL_JSON,
  FAKE_EXOTEL_XML,
  FAKE_EXOTEL_HTML,
  FAKE_EXOTEL_NOTHING,
} FakeExotelBody;

/* Texts are copied. */
typedef struct {
  FakeExotelMode mode;
  guint skip;               /* this many requests are answered well before */
  guint times;              /* and this many as told, then all well again; 0: all from then on */
  guint delay_ms;           /* before each answer */
  guint status;
  FakeExotelBody body;
  const char *message;      /* (nullable) */
  const char *code;         /* (nullable) */
  const char *retry_after;  /* (nullable) "date:N": the HTTP date in N seconds */
  int total_offset;
  const char *next_uri;     /* (nullable) {bystander} stands for its host and port, {after} for the escaped cursor */
} FakeExotelBehaviour;

FakeExotel *fake_exotel_new                      (void);
FakeExotel *fake_exotel_new_secure               (void);
void        fake_exotel_free                     (FakeExotel                *self);
const char *fake_exotel_get_url                  (FakeExotel                *self);
const char *fake_exotel_get_bystander_url        (FakeExotel                *self);
void        fake_exotel_set_account              (FakeExotel                *self,
                                                  const char                *sid,
                                                  const char                *key,
                                                  const char                *token);
void        fake_exotel_set_behaviour            (FakeExotel                *self,
                                                  const FakeExotelBehaviour *behaviour);
void        fake_exotel_add_call                 (FakeExotel                *self,
                                                  gint64                     created_us,
                                                  FakeCallKind               kind,
                                                  guint                      talk_seconds);
void        fake_exotel_add_calls                (FakeExotel                *self,
                                                  guint                      n_calls,
                                                  gint64                     first_us,
                                                  gint64                     step_us);
void        fake_exotel_add_record               (FakeExotel                *self,
                                                  gint64                     created_us,
                                                  const char                *json);
void        fake_exotel_add_sample_day           (FakeExotel                *self,
                                                  gint64                     midnight_us);
void        fake_exotel_clear_calls              (FakeExotel                *self);
void        fake_exotel_add_phone                (FakeExotel                *self,
                                                  const char                *sid,
                                                  const char                *number,
                                                  const char                *friendly_name);
guint       fake_exotel_get_n_requests           (FakeExotel                *self);
guint       fake_exotel_get_n_refused            (FakeExotel                *self);
char       *fake_exotel_dup_request              (FakeExotel                *self,
                                                  guint                      index);
guint       fake_exotel_get_n_bystander_requests (FakeExotel                *self);
char       *fake_exotel_dup_bystander_request    (FakeExotel                *self,
                                                  guint                      index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeExotel, fake_exotel_free)

G_END_DECLS
