/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <mysql.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* A MariaDB of the test's own, with its data, socket and port, and nothing of the machine's. */

#define MARIADB_PATIENCE_US (60 * G_USEC_PER_SEC)
#define MARIADB_SMALL "--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M"

typedef struct {
  char *dir;       /* (owned) */
  char *socket;    /* (owned) */
  char *program;   /* (owned) */
  guint16 port;    /* of 127.0.0.1, the same after each start */
  GPid pid;        /* 0 while it doesn't run */
} Mariadb;

static inline char *
mariadb_find (const char *program)
{
  char *path = g_find_program_in_path (program);

  if (path == NULL)
    path = g_build_filename ("/usr/sbin", program, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    g_clear_pointer (&path, g_free);
  return path;
}

/* A test that is killed takes its server with it. */
static inline void
mariadb_on_child (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Runs one statement, and waits for a server that is just starting. */
static inline void
mariadb_sql (Mariadb    *self,
             const char *statement)
{
  gint64 end_us = g_get_monotonic_time () + MARIADB_PATIENCE_US;
  MYSQL *mysql = mysql_init (NULL);

  while (mysql_real_connect (mysql, NULL, "root", "", NULL, 0, self->socket, 0) == NULL)
    {
      if (g_get_monotonic_time () > end_us)
        g_error ("The server doesn't start: %s", mysql_error (mysql));
      g_usleep (10000);
    }
  if (mysql_query (mysql, statement) != 0)
    g_error ("%s: %s", statement, mysql_error (mysql));
  mysql_close (mysql);
}

/* Starts it, with one more option, and waits until it answers. */
static inline void
mariadb_start (Mariadb           *self,
               const char *const *options)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  g_autofree char *data = g_strdup_printf ("--datadir=%s/data", self->dir);
  g_autofree char *socket = g_strdup_printf ("--socket=%s", self->socket);
  g_autofree char *port = g_strdup_printf ("--port=%u", self->port);
  g_autofree char *user = g_strdup_printf ("--user=%s", g_get_user_name ());
  g_autofree char *log = g_strdup_printf ("--log-error=%s/log", self->dir);
  g_autofree char *pid_file = g_strdup_printf ("--pid-file=%s/pid", self->dir);
  g_autofree char *scratch = g_strdup_printf ("--tmpdir=%s", self->dir);
  g_autoptr (GError) error = NULL;

  g_strv_builder_add_many (builder, self->program, "--no-defaults", data, socket, port, user, log, pid_file, scratch,
                           "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", MARIADB_SMALL, NULL);
  if (options != NULL)
    g_strv_builder_addv (builder, (const char **) options);
  arguments = g_strv_builder_end (builder);
  g_spawn_async (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                 mariadb_on_child, NULL, &self->pid, &error);
  g_assert_no_error (error);
  mariadb_sql (self, "DO 1");
}

static inline void
mariadb_stop (Mariadb *self)
{
  kill (self->pid, SIGKILL);
  g_assert_cmpint (waitpid (self->pid, NULL, 0), ==, self->pid);
  self->pid = 0;
}

/* Lets it hang, with its connections open, until mariadb_thaw(). */
static inline void
mariadb_freeze (Mariadb *self)
{
  kill (self->pid, SIGSTOP);
  g_assert_cmpint (waitpid (self->pid, NULL, WUNTRACED), ==, self->pid);
}

static inline void
mariadb_thaw (Mariadb *self)
{
  kill (self->pid, SIGCONT);
}

static inline guint16
mariadb_find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

/* Makes and starts one; NULL where MariaDB isn't installed. */
static inline Mariadb *
mariadb_new (void)
{
  g_autofree char *program = mariadb_find ("mariadbd"), *install = mariadb_find ("mariadb-install-db");
  g_autofree char *data = NULL, *user = g_strdup_printf ("--user=%s", g_get_user_name ()), *scratch = NULL;
  g_autofree char *output = NULL, *errors = NULL;
  g_autoptr (GError) error = NULL;
  Mariadb *self;
  int status;

  if (program == NULL || install == NULL)
    return NULL;
  self = g_new0 (Mariadb, 1);
  self->program = g_steal_pointer (&program);
  self->dir = g_dir_make_tmp ("callstats-mariadb-XXXXXX", &error);
  g_assert_no_error (error);
  self->socket = g_build_filename (self->dir, "socket", NULL);
  self->port = mariadb_find_port ();
  data = g_strdup_printf ("--datadir=%s/data", self->dir);
  /* One that starts wipes out what another one has in a folder that they share. */
  scratch = g_strdup_printf ("--tmpdir=%s", self->dir);
  {
    const char *const arguments[] = {
      install, "--no-defaults", data, scratch, user, "--auth-root-authentication-method=normal", "--skip-test-db", MARIADB_SMALL, NULL,
    };

    g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors, &status, &error);
    g_assert_no_error (error);
    if (status != 0)
      g_error ("mariadb-install-db: %s%s", output, errors);
  }
  mariadb_start (self, NULL);
  return self;
}

static inline void
mariadb_free (Mariadb *self)
{
  const char *const arguments[] = { "rm", "-rf", self->dir, NULL };

  mariadb_stop (self);
  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (self->program);
  g_free (self->socket);
  g_free (self->dir);
  g_free (self);
}
