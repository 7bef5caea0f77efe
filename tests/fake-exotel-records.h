/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a made-up call went. The first four come out the same by both rules. */
typedef enum {
  FAKE_CALL_ANSWERED,
  FAKE_CALL_MISSED,
  FAKE_CALL_BUSY,
  FAKE_CALL_FAILED,
  FAKE_CALL_AGENT_MISSED, /* completed, but no agent took it */
  FAKE_CALL_ATTEMPT,      /* completed, left in the menu */
} FakeCallKind;

#define FAKE_N_CALL_KINDS 6

/* The call records of a made-up account, sorted by time. A hundred thousand take a few megabytes: text is made page by page. */
typedef struct _FakeRecords FakeRecords;

/* What a request for calls asks for. */
typedef struct {
  gint64 from_us;       /* G_MININT64: no bound */
  gint64 to_us;         /* G_MAXINT64: no bound */
  guint page_size;
  gboolean is_descending;
  gboolean with_details;
  char *after;          /* (owned) (nullable) */
} FakeFilter;

/* What is put wrong into a page. */
typedef struct {
  int total_offset;
  gboolean repeats_cursor;
  gboolean is_empty;
  gboolean has_duplicate;
  gboolean has_outsider;
  const char *next_uri; /* (unowned) (nullable) {after} stands for the escaped cursor */
} FakePageFaults;

FakeRecords *fake_records_new            (void);
void         fake_records_free           (FakeRecords          *self);
void         fake_records_clear          (FakeRecords          *self);
void         fake_records_add            (FakeRecords          *self,
                                          gint64                created_us,
                                          FakeCallKind          kind,
                                          guint                 talk_seconds,
                                          const char           *json);
void         fake_records_add_sample_day (FakeRecords          *self,
                                          gint64                midnight_us);
char        *fake_records_render_page    (FakeRecords          *self,
                                          const char           *sid,
                                          const FakeFilter     *filter,
                                          const FakePageFaults *faults);

gint64       fake_time_parse             (const char           *naive);

G_END_DECLS
