/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "fake-program.h"

#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>

#define DAYS "--days=25"

struct _FakeProgram
{
  GSubprocess *process; /* (owned) */
  char *url;            /* (owned) from malloc() */
};

/* Starts $FAKE_EXOTEL and waits until it answers. */
FakeProgram *
fake_program_start (guint n_records)
{
  FakeProgram *self = g_new0 (FakeProgram, 1);
  g_autofree char *calls = g_strdup_printf ("--calls=%u", n_records);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                    g_getenv ("FAKE_EXOTEL"), "--until-eof", DAYS, calls, NULL);
  if (self->process == NULL)
    g_error ("The fake Exotel doesn't start: %s", error->message);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  if (line == NULL || sscanf (line, "ready url=%ms", &self->url) != 1)
    g_error ("The fake Exotel isn't ready");
  return self;
}

void
fake_program_stop (FakeProgram *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  free (self->url);
  g_free (self);
}

const char *
fake_program_get_url (const FakeProgram *self)
{
  return self->url;
}
