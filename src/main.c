/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-secrets.h"
#include "desktop/cs-settings.h"
#include "engine/cs-engine.h"
#include "engine/cs-upkeep.h"
#include "ui/cs-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define EXIT_USAGE 2

typedef struct {
  gboolean headless;
  gboolean demo;
  gboolean check;
  gboolean rebuild;
  gboolean version;
  gboolean is_service;
  char *data_dir; /* (owned) (nullable) */
} Options;

static int
fail (const GError *error)
{
  g_printerr ("%s\n", error->message);
  return EXIT_FAILURE;
}

static gboolean
on_terminate (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
print_ready (CsSnapshot *snapshot)
{
  g_print ("ready webhook=http://127.0.0.1:%u/", snapshot->webhook_port);
  if (snapshot->api_port != 0)
    g_print (" api=http://127.0.0.1:%u/", snapshot->api_port);
  g_print ("\n");
  fflush (stdout);
}

/* What the answer of the keyring is for. */
typedef struct {
  CsEngine *engine;       /* (unowned) */
  CsEngineConfig *config; /* (unowned) */
} SecretsWish;

static void
on_secrets (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  SecretsWish *wish = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secrets_lookup_all_finish (CS_SECRETS (source), result, &error);

  if (values != NULL)
    {
      cs_secret_values_fill (values, wish->config);
      cs_engine_configure (wish->engine, wish->config);
    }
  else if (*wish->config->exotel_account_sid != '\0')
    g_warning ("Exotel can't be asked. %s Without a keyring, hand them over as files in $CREDENTIALS_DIRECTORY.",
               error->message);
}

/* The engine under a plain main loop: no display, and GTK isn't initialised. Files with the secrets are there at once; the
 * keyring is asked while calls are received already. */
static int
run_headless (CsSettings *settings,
              gboolean    is_sample)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (CsEngine) engine = cs_engine_new ();
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (settings);
  g_autoptr (CsSecrets) secrets = is_sample ? NULL : cs_secrets_new (cs_settings_get_data_dir (settings));
  g_autoptr (CsSecretValues) values = secrets != NULL ? cs_secrets_lookup_files (secrets) : NULL;
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  SecretsWish wish = { .engine = engine, .config = config };

  config->is_sample = is_sample;
  if (values != NULL)
    cs_secret_values_fill (values, config);
  /* It may be told to end while a large database is still being opened. */
  g_unix_signal_add (SIGTERM, on_terminate, loop);
  g_unix_signal_add (SIGINT, on_terminate, loop);
  if (!cs_engine_start (engine, config, &error))
    return fail (error);

  snapshot = cs_engine_get_snapshot (engine);
  if (snapshot->webhook_error != NULL || snapshot->api_error != NULL)
    {
      g_printerr ("%s\n", snapshot->webhook_error != NULL ? snapshot->webhook_error : snapshot->api_error);
      cs_engine_stop (engine);
      return EXIT_FAILURE;
    }

  print_ready (snapshot);
  if (secrets != NULL && values == NULL)
    cs_secrets_lookup_all_async (secrets, NULL, on_secrets, &wish);
  g_main_loop_run (loop);
  cs_engine_stop (engine);
  return EXIT_SUCCESS;
}

static int
run_check (CsSettings *settings)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  guint64 n_calls = 0;

  if (!cs_upkeep_check (cs_settings_get_data_dir (settings), &n_calls, problems, &error))
    return fail (error);
  for (guint i = 0; i < problems->len; i++)
    g_printerr ("%s\n", (const char *) g_ptr_array_index (problems, i));
  g_print ("%" G_GUINT64_FORMAT " calls, %u problems\n", n_calls, problems->len);
  return problems->len == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
run_rebuild (CsSettings *settings)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (settings);
  g_autoptr (GError) error = NULL;
  guint64 n_events = 0, n_calls = 0;

  if (!cs_upkeep_rebuild (config->data_dir, config->stale_minutes, &n_events, &n_calls, &error))
    return fail (error);
  g_print ("%" G_GUINT64_FORMAT " events, %" G_GUINT64_FORMAT " calls\n", n_events, n_calls);
  return EXIT_SUCCESS;
}

static int
run_window (CsSettings    *settings,
            const Options *options)
{
  g_autoptr (CsApplication) application = cs_application_new (settings, options->demo);
  char *arguments[] = { g_get_prgname () != NULL ? (char *) g_get_prgname () : (char *) "callstats", NULL };

  if (options->is_service)
    g_application_set_flags (G_APPLICATION (application),
                             g_application_get_flags (G_APPLICATION (application)) | G_APPLICATION_IS_SERVICE);
  return g_application_run (G_APPLICATION (application), 1, arguments);
}

/* A folder for made-up data, with settings that don't get in the way of the real ones. */
static char *
make_demo_dir (GError **error)
{
  static const char text[] = "[com/example/CallStats]\nwebhook-port=0\napi-port=0\n"
                             "orders-enabled=true\norders-numbers=['492214710950']\n";
  g_autofree char *dir = g_dir_make_tmp ("callstats-XXXXXX", error);
  g_autofree char *file = dir != NULL ? g_build_filename (dir, "settings.ini", NULL) : NULL;

  if (dir == NULL || !g_file_set_contents (file, text, -1, error))
    return NULL;
  return g_steal_pointer (&dir);
}

static void
remove_dir (const char *path)
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

/* Each connection takes a descriptor; the usual limit is meant for programs that don't listen. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= 1024)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, 1024);
  setrlimit (RLIMIT_NOFILE, &limit);
}

static int
run (const Options *options)
{
  g_autofree char *demo_dir = NULL;
  g_autoptr (CsSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (options->demo)
    {
      demo_dir = make_demo_dir (&error);
      if (demo_dir == NULL)
        return fail (error);
    }
  settings = cs_settings_new (options->demo ? demo_dir : options->data_dir, &error);
  if (settings == NULL)
    return fail (error);

  if (options->check)
    status = run_check (settings);
  else if (options->rebuild)
    status = run_rebuild (settings);
  else if (options->headless)
    status = run_headless (settings, options->demo);
  else
    status = run_window (settings, options);

  if (demo_dir != NULL)
    {
      g_clear_object (&settings);
      remove_dir (demo_dir);
    }
  return status;
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *data_dir = NULL;
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "headless", 0, 0, G_OPTION_ARG_NONE, &options.headless, N_("Receive calls without a window, until told to end"), NULL },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &options.data_dir, N_("Keep calls and settings in this folder"), N_("DIR") },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options.demo, N_("Show sample data"), NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &options.check, N_("Verify the database"), NULL },
    { "rebuild", 0, 0, G_OPTION_ARG_NONE, &options.rebuild, N_("Derive calls again from the journal"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, N_("Print the version"), NULL },
    { "gapplication-service", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options.is_service, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  /* What scripts read from the standard output isn't mixed with messages, however many are asked for. */
  g_log_writer_default_set_use_stderr (TRUE);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("CallStats");

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_USAGE;
    }
  if (argc > 1)
    {
      g_printerr (_("“%s” is not understood. See --help.\n"), argv[1]);
      return EXIT_USAGE;
    }
  data_dir = options.data_dir;
  if (options.version)
    {
      g_print ("callstats %s\n", PACKAGE_VERSION);
      return EXIT_SUCCESS;
    }
  raise_descriptor_limit ();
  return run (&options);
}
