/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-watch.h"

#include <gio/gio.h>
#include <time.h>

/* How often it is looked whether the computer slept, and from when on it counts as sleep. */
#define LOOK_SECONDS 5
#define SLEEP_US (2 * G_USEC_PER_SEC)

/* Shared with the thread that the network monitor lives on, which may be telling something while the watch ends. */
struct _CsTunnelWatch
{
  GMainContext *context;     /* (owned) of the maker */
  GNetworkMonitor *monitor;  /* (unowned) */
  gulong monitor_id;
  int is_told;               /* (atomic) the maker's thread was told that the network changed */

  /* of the maker's thread alone */
  CsTunnelWatchFunc func;    /* NULL after the end */
  gpointer user_data;
  GSource *look_source;      /* (owned) */
  gint64 slept_us;           /* how long the computer has slept since it was started */
};

static gint64
get_slept_us (void)
{
  struct timespec with_sleep, without;

  clock_gettime (CLOCK_MONOTONIC, &without);
  clock_gettime (CLOCK_BOOTTIME, &with_sleep);
  return (with_sleep.tv_sec - without.tv_sec) * G_USEC_PER_SEC + (with_sleep.tv_nsec - without.tv_nsec) / 1000;
}

static void
clear (gpointer data)
{
  CsTunnelWatch *self = data;

  g_main_context_unref (self->context);
}

static void
unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear);
}

static void
unref_closure (gpointer  data,
               GClosure *closure)
{
  unref (data);
}

static gboolean
on_look (gpointer data)
{
  CsTunnelWatch *self = data;
  gint64 slept_us = get_slept_us ();
  gboolean has_slept = slept_us - self->slept_us >= SLEEP_US;

  self->slept_us = slept_us;
  if (has_slept)
    self->func (self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_told (gpointer data)
{
  CsTunnelWatch *self = data;

  g_atomic_int_set (&self->is_told, FALSE);
  if (self->func != NULL && g_network_monitor_get_network_available (self->monitor))
    self->func (self->user_data);
  return G_SOURCE_REMOVE;
}

/* On the thread where the monitor was used first. */
static void
on_network_changed (GNetworkMonitor *monitor,
                    gboolean         is_available,
                    gpointer         data)
{
  CsTunnelWatch *self = data;
  g_autoptr (GSource) source = NULL;

  if (!g_atomic_int_compare_and_exchange (&self->is_told, FALSE, TRUE))
    return;
  source = g_idle_source_new ();
  g_source_set_callback (source, on_told, g_atomic_rc_box_acquire (self), unref);
  g_source_attach (source, self->context);
}

CsTunnelWatch *
cs_tunnel_watch_new (CsTunnelWatchFunc func,
                     gpointer          user_data)
{
  CsTunnelWatch *self = g_atomic_rc_box_new0 (CsTunnelWatch);

  self->context = g_main_context_ref_thread_default ();
  self->func = func;
  self->user_data = user_data;
  self->monitor = g_network_monitor_get_default ();
  self->monitor_id = g_signal_connect_data (self->monitor, "network-changed", G_CALLBACK (on_network_changed),
                                            g_atomic_rc_box_acquire (self), unref_closure, 0);
  self->slept_us = get_slept_us ();
  self->look_source = g_timeout_source_new_seconds (LOOK_SECONDS);
  g_source_set_callback (self->look_source, on_look, self, NULL);
  g_source_attach (self->look_source, self->context);
  return self;
}

/* Nothing is told after it. */
void
cs_tunnel_watch_free (CsTunnelWatch *self)
{
  self->func = NULL;
  g_signal_handler_disconnect (self->monitor, self->monitor_id);
  g_source_destroy (self->look_source);
  g_clear_pointer (&self->look_source, g_source_unref);
  unref (self);
}
