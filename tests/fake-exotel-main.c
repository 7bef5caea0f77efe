/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fake Exotel as a program, for the tests that drive the real application from outside. It prints one line,
 * "ready url=… bystander=… sid=… key=… token=…", and runs until SIGTERM or SIGINT. */

#include "fake-exotel.h"

#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)
#define INDIA_US (G_GINT64_CONSTANT (19800) * G_USEC_PER_SEC)

static int n_calls;
static int n_days = 1;
static gboolean has_sample_day;
static int status;
static int delay_ms;
static gboolean until_eof;

static const GOptionEntry options[] = {
  { "calls", 0, 0, G_OPTION_ARG_INT, &n_calls, "Calls, evenly over the days up to now", "N" },
  { "days", 0, 0, G_OPTION_ARG_INT, &n_days, "Days that they spread over", "N" },
  { "sample-day", 0, 0, G_OPTION_ARG_NONE, &has_sample_day, "The sample of 1,247 calls, yesterday in India", NULL },
  { "status", 0, 0, G_OPTION_ARG_INT, &status, "Answer every request with this status", "STATUS" },
  { "delay", 0, 0, G_OPTION_ARG_INT, &delay_ms, "Wait before each answer", "MILLISECONDS" },
  { "until-eof", 0, 0, G_OPTION_ARG_NONE, &until_eof, "Stop when standard input ends, too", NULL },
  { NULL },
};

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_input (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  char text[256];

  if (read (fd, text, sizeof text) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
add_calls (FakeExotel *fake)
{
  gint64 now_us = g_get_real_time (), span_us = n_days * DAY_US;
  gint64 today_us = now_us - (now_us + INDIA_US) % DAY_US;

  if (n_calls > 0)
    fake_exotel_add_calls (fake, (guint) n_calls, now_us - span_us, span_us / n_calls);
  if (has_sample_day)
    fake_exotel_add_sample_day (fake, today_us - DAY_US);
  fake_exotel_add_phone (fake, "01139585476", "01139585476", "Front desk");
  fake_exotel_add_phone (fake, "08047104000", "08047104000", "Orders");
  fake_exotel_add_phone (fake, "02246091234", "02246091234", "Service");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (FakeExotel) fake = NULL;
  g_autoptr (GError) error = NULL;
  FakeExotelBehaviour behaviour = { 0 };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_calls < 0 || n_days < 1 || delay_ms < 0)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "A number is out of range");
      return 2;
    }

  fake = fake_exotel_new ();
  add_calls (fake);
  behaviour.mode = status != 0 ? FAKE_EXOTEL_STATUS : FAKE_EXOTEL_FINE;
  behaviour.status = (guint) status;
  behaviour.delay_ms = (guint) delay_ms;
  fake_exotel_set_behaviour (fake, &behaviour);

  g_print ("ready url=%s bystander=%s sid=%s key=%s token=%s\n", fake_exotel_get_url (fake),
           fake_exotel_get_bystander_url (fake), FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN);
  fflush (stdout);

  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  if (until_eof)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, loop);
  g_main_loop_run (loop);
  return 0;
}
