/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "exotel/cs-exotel-client-error.h"

G_BEGIN_DECLS

/* What a client may take of time and memory. */
typedef struct {
  const char *const *base_urls; /* (unowned) the regions to choose from, where the settings name no address */
  guint per_minute;             /* requests, and how many may go at once after a quiet time */
  guint burst;
  guint deadline_ms;            /* for one request, from name to last byte */
  gsize max_body;               /* bytes, of one answer */
  guint max_pages;              /* of one window of 28 days */
  double time_scale;            /* the length of a second's wait; tests use less than 1 */
} CsExotelLimits;

/* What a client needs to know; all is copied. */
typedef struct {
  const char *base_url;         /* (nullable) NULL or "": find the region */
  const char *account_sid;
  const char *api_key;
  const char *api_token;
  GTimeZone *zone;              /* (nullable) the account's; NULL: +05:30 */
  const CsExotelLimits *limits; /* (nullable) NULL: those of cs_exotel_limits_init() */
} CsExotelConfig;

/* Why a fetch gave less than there is. */
typedef enum {
  CS_EXOTEL_GAP_NONE,
  CS_EXOTEL_GAP_FEWER_THAN_TOLD, /* the last page came before as many records as Exotel counts */
  CS_EXOTEL_GAP_UNREADABLE,      /* some record couldn't be read */
  CS_EXOTEL_GAP_CURSOR_REPEATED, /* a page led back to one that had come before */
  CS_EXOTEL_GAP_CURSOR_MISSING,  /* a next page was named in a way that can't be followed */
  CS_EXOTEL_GAP_NO_PROGRESS,     /* a page brought nothing new and named another */
  CS_EXOTEL_GAP_TOO_MANY_PAGES,
  CS_EXOTEL_GAP_STOPPED,         /* the caller wanted no more */
} CsExotelGap;

/* What a fetch has brought, or brought so far. */
typedef struct {
  guint n_requests;      /* pages asked for, without repetitions */
  guint n_calls;         /* in the span asked for, each counted once */
  guint n_duplicates;    /* came again */
  guint n_outside;       /* dropped: they lie outside the span */
  guint n_unreadable;
  char *fault;           /* (owned) (nullable) what was wrong with the first unreadable one */
  CsExotelGap gap;       /* the first reason why is_complete is FALSE */
  gboolean is_complete;
  gint64 n_missing;      /* 0 where complete; -1 where nobody can tell */
  gboolean has_details;  /* FALSE: the account has none, so whether a call was answered is an estimate */
  gboolean is_clamped;   /* the span began before what Exotel keeps, and was cut */
  gint64 from_us;        /* where the span begins, after that cut */
  char *resume;          /* (owned) (nullable) where a stopped fetch can go on */
} CsExotelResult;

/* How far a fetch is. */
typedef struct {
  guint n_done;                 /* records of the present window, including those before an interruption */
  gint64 n_total;               /* in the present window, as Exotel says, or -1 */
  double fraction;              /* of the whole span, 0 … 1 */
  const char *resume;           /* (nullable) where to go on after this page; NULL after the last one */
  const CsExotelResult *so_far;
} CsExotelProgress;

typedef enum {
  CS_EXOTEL_GO_ON,
  CS_EXOTEL_WAIT, /* until cs_exotel_fetch_go_on() */
  CS_EXOTEL_STOP,
} CsExotelNext;

/* A fetch under way; valid until its callback. */
typedef struct _CsExotelFetch CsExotelFetch;

/* Called with each page, oldest first: @calls is (element-type CsCall), owned by the fetch, and may hold a call again that came
 * before, in a newer state. */
typedef CsExotelNext (*CsExotelPageFunc) (CsExotelFetch          *fetch,
                                          GPtrArray              *calls,
                                          const CsExotelProgress *progress,
                                          gpointer                user_data);

#define CS_TYPE_EXOTEL_CLIENT (cs_exotel_client_get_type ())

G_DECLARE_FINAL_TYPE (CsExotelClient, cs_exotel_client, CS, EXOTEL_CLIENT, GObject)

void             cs_exotel_limits_init               (CsExotelLimits        *limits);

CsExotelClient  *cs_exotel_client_new                (const CsExotelConfig  *config,
                                                      GError               **error);
void             cs_exotel_client_probe_async        (CsExotelClient        *self,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
char            *cs_exotel_client_probe_finish       (CsExotelClient        *self,
                                                      GAsyncResult          *result,
                                                      GError               **error);
void             cs_exotel_client_fetch_async        (CsExotelClient        *self,
                                                      gint64                 from_us,
                                                      gint64                 to_us,
                                                      const char            *resume,
                                                      CsExotelPageFunc       on_page,
                                                      gpointer               page_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
CsExotelResult  *cs_exotel_client_fetch_finish       (CsExotelClient        *self,
                                                      GAsyncResult          *result,
                                                      GError               **error);
void             cs_exotel_fetch_go_on               (CsExotelFetch         *fetch);
void             cs_exotel_client_list_phones_async  (CsExotelClient        *self,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
GPtrArray       *cs_exotel_client_list_phones_finish (CsExotelClient        *self,
                                                      GAsyncResult          *result,
                                                      GError               **error);

void             cs_exotel_result_free               (CsExotelResult        *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsExotelResult, cs_exotel_result_free)

G_END_DECLS
