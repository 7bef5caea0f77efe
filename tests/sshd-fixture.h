/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A real sshd on loopback, with keys and settings of its own, for whoever has the key of the tunnel in its folder. */

#define SSHD_PATIENCE_US (30 * G_USEC_PER_SEC)
#define SSHD "/usr/sbin/sshd"

typedef struct {
  char *dir;          /* (owned) keys, settings and what it announces */
  char *data_dir;     /* (owned) of the tunnel */
  guint16 port;
  GPid pid;           /* 0 while it doesn't run */
} Sshd;

static inline gboolean
sshd_is_there (void)
{
  g_autofree char *keygen = g_find_program_in_path ("ssh-keygen");

  return keygen != NULL && g_file_test (SSHD, G_FILE_TEST_IS_EXECUTABLE);
}

static inline char *
sshd_get_file (Sshd       *self,
               const char *name)
{
  return g_build_filename (self->dir, name, NULL);
}

static inline void
sshd_write (Sshd       *self,
            const char *name,
            const char *text,
            int         mode)
{
  g_autofree char *file = sshd_get_file (self, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (file, text, -1, G_FILE_SET_CONTENTS_NONE, mode, &error);
  g_assert_no_error (error);
}

static inline void
sshd_run (const char *const *argv,
          char             **output)
{
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, output, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* Gives it another host key. */
static inline void
sshd_make_key (Sshd *self)
{
  g_autofree char *file = sshd_get_file (self, "hostkey");
  g_autofree char *public_file = g_strconcat (file, ".pub", NULL);
  const char *argv[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file, NULL };

  g_unlink (file);
  g_unlink (public_file);
  sshd_run (argv, NULL);
}

/* "SHA256:…" (transfer full) */
static inline char *
sshd_get_fingerprint (Sshd *self)
{
  g_autofree char *file = sshd_get_file (self, "hostkey.pub");
  const char *argv[] = { "ssh-keygen", "-l", "-E", "sha256", "-f", file, NULL };
  g_autofree char *output = NULL;
  g_auto (GStrv) words = NULL;

  sshd_run (argv, &output);
  words = g_strsplit (output, " ", -1);
  return g_strdup (words[1]);
}

static inline guint16
sshd_find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

/* Top down, and each is stopped first, so that nobody is missed who is just being made, or who loses its parent. */
static inline void
sshd_kill_descendants (GPid ancestor,
                       int  signal_number)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *file = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *stat = NULL;
      const char *end;
      int parent = 0;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (file, &stat, NULL, NULL) || (end = strrchr (stat, ')')) == NULL)
        continue;
      if (sscanf (end, ") %*c %d", &parent) != 1 || parent != ancestor)
        continue;
      kill (atoi (name), SIGSTOP);
      sshd_kill_descendants (atoi (name), signal_number);
      kill (atoi (name), signal_number);
    }
}

/* Those who serve connections: newer ones have more than one process for each, and the one that speaks isn't a child. */
static inline void
sshd_kill_children (Sshd *self,
                    int   signal_number)
{
  sshd_kill_descendants (self->pid, signal_number);
}

static inline gboolean
sshd_listens (Sshd *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", self->port, NULL, NULL);

  return connection != NULL;
}

/* It doesn't outlive a test that fails. */
static inline void
sshd_on_spawned (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static inline void
sshd_start (Sshd *self)
{
  g_autofree char *config = sshd_get_file (self, "config");
  g_autofree char *log = sshd_get_file (self, "log");
  const char *argv[] = { SSHD, "-D", "-f", config, "-E", log, NULL };
  gint64 end_us = g_get_monotonic_time () + SSHD_PATIENCE_US;
  g_autoptr (GError) error = NULL;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                 sshd_on_spawned, NULL, &self->pid, &error);
  g_assert_no_error (error);
  while (!sshd_listens (self))
    {
      g_assert_cmpint (waitpid (self->pid, NULL, WNOHANG), ==, 0);
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      g_usleep (5000);
    }
}

/* Nobody is connected any more, and nobody can be. */
static inline void
sshd_stop (Sshd *self)
{
  if (self->pid == 0)
    return;
  kill (self->pid, SIGSTOP);
  sshd_kill_children (self, SIGKILL);
  kill (self->pid, SIGKILL);
  while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  self->pid = 0;
}

/* Makes it say something to everybody who logs in, and who is logged in. */
static inline void
sshd_announce (Sshd       *self,
               const char *text)
{
  g_autofree char *file = sshd_get_file (self, "banner");
  FILE *stream = fopen (file, "a");

  fputs (text, stream);
  g_assert_cmpint (fclose (stream), ==, 0);
}

/* Makes one that doesn't run yet. settings: more lines of sshd_config, "" for none. announces: it says what sshd_announce() tells
 * it, instead of opening a shell. */
static inline Sshd *
sshd_new (const char *settings,
          gboolean    announces)
{
  static const char announcer[] = "#!/bin/sh\nexec 3<%s/banner\nwhile [ -e %s/banner ]; do cat <&3; sleep 0.05; done\n";
  Sshd *self = g_new0 (Sshd, 1);
  g_autofree char *script = NULL;
  g_autofree char *config = NULL;

  self->dir = g_dir_make_tmp ("callstats-sshd-XXXXXX", NULL);
  self->data_dir = g_dir_make_tmp ("callstats-tunnel-XXXXXX", NULL);
  self->port = sshd_find_free_port ();
  sshd_make_key (self);
  script = g_strdup_printf (announcer, self->dir, self->dir);
  config = g_strdup_printf ("Port %u\nListenAddress 127.0.0.1\nHostKey %s/hostkey\nPidFile none\n"
                            "AuthorizedKeysFile %s/tunnel-key.pub\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                            "UsePAM no\nStrictModes no\nPermitRootLogin prohibit-password\nLogLevel VERBOSE\nMaxStartups 100\n"
                            /* A shell reads what its user has at home, which may take as long as it likes. */
                            "SetEnv HOME=%s\n"
                            "%s%s%s%s\n",
                            self->port, self->dir, self->data_dir, self->dir, announces ? "ForceCommand " : "",
                            announces ? self->dir : "", announces ? "/announce\n" : "", settings);
  sshd_write (self, "config", config, 0600);
  sshd_write (self, "announce", script, 0700);
  sshd_write (self, "banner", "", 0600);
  /* The package makes it when the machine starts; nobody else than root needs it. */
  if (getuid () == 0)
    g_mkdir ("/run/sshd", 0755);
  return self;
}

/* More lines of sshd_config, before all others: of several the first one counts. */
static inline void
sshd_put_first (Sshd       *self,
                const char *settings)
{
  g_autofree char *file = sshd_get_file (self, "config");
  g_autofree char *config = NULL;
  g_autofree char *more = NULL;

  g_assert_true (g_file_get_contents (file, &config, NULL, NULL));
  more = g_strconcat (settings, config, NULL);
  sshd_write (self, "config", more, 0600);
}

static inline void
sshd_remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_unlink (file);
    }
  g_rmdir (path);
}

static inline void
sshd_free (Sshd *self)
{
  sshd_stop (self);
  sshd_remove_dir (self->dir);
  sshd_remove_dir (self->data_dir);
  g_free (self->dir);
  g_free (self->data_dir);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sshd, sshd_free)
