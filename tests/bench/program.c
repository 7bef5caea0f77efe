/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "load.h"
#include "program.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void
write_settings (const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, "settings.ini", NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path,
                            "[com/example/CallStats]\nwebhook-port=0\napi-port=0\nwebhook-token='" LOAD_TOKEN "'\n"
                            "sipgate-verify-signature=false\n", -1, &error))
    g_error ("%s", error->message);
}

/* Starts the program that CALLSTATS names, and waits until it is ready. */
Program
program_start (const char *data_dir)
{
  const char *path = g_getenv ("CALLSTATS");
  g_autofree char *data_dir_option = g_strconcat ("--data-dir=", data_dir, NULL);
  char *arguments[] = { (char *) path, (char *) "--headless", data_dir_option, NULL };
  g_autoptr (GError) error = NULL;
  Program program = { 0 };
  char line[256] = "";
  unsigned int port;
  gint64 began_us;
  FILE *output;
  int fd;

  if (path == NULL)
    g_error ("CALLSTATS must name the program");
  write_settings (data_dir);
  began_us = g_get_monotonic_time ();
  if (!g_spawn_async_with_pipes (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &program.pid, NULL, &fd,
                                 NULL, &error))
    g_error ("%s", error->message);
  output = fdopen (fd, "r");
  if (fgets (line, sizeof line, output) == NULL
      || sscanf (line, "ready webhook=http://127.0.0.1:%u/", &port) != 1)
    g_error ("The program didn't get ready");
  program.ready_ms = (g_get_monotonic_time () - began_us) / 1000.0;
  program.webhook_port = port;
  fclose (output);
  return program;
}

void
program_stop (const Program *program)
{
  kill (program->pid, SIGTERM);
  waitpid (program->pid, NULL, 0);
}
