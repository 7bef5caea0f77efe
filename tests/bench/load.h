/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Path of the webhook in every benchmark, and the token in it. */
#define LOAD_TOKEN "0123456789abcdef0123456789abcdef"
#define LOAD_PATH "/webhook/sipgate/" LOAD_TOKEN

/* A process of its own that sends pushes as sipgate does, one connection each. */
typedef struct _Load Load;

typedef struct {
  guint16 port;
  guint n_clients;      /* at a time; each tells its calls from beginning to end, one push after the other */
  guint n_requests;
  guint64 first_serial; /* of the calls; n_requests serials are used at the most */
  guint lost_ends;      /* of so many calls one never hangs up; 0: all do */
  guint per_second;     /* begun no faster than so; 0: as fast as answers come */
  gboolean is_signed;
} LoadPlan;

typedef struct {
  guint n_sent;
  guint n_refused;      /* answers other than 200, and none at all */
  double per_second;    /* requests answered */
  double p50_ms;        /* from the first packet to the end of the answer */
  double p99_ms;
  double max_ms;
} LoadResult;

Load      *load_new  (const char     *private_key_file);
void       load_free (Load           *self);
LoadResult load_run  (Load           *self,
                      const LoadPlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

G_END_DECLS
