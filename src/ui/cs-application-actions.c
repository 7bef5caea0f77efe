/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-application-private.h"

#include <glib/gi18n.h>

#include "calls/cs-call-event.h"
#include "ui/cs-about-window.h"
#include "ui/cs-contact-book.h"
#include "ui/cs-contact-editor.h"
#include "ui/cs-preferences-window.h"
#include "ui/cs-toast.h"

static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CsApplication *self = user_data;

  self->is_quitting = TRUE;
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_application_quit (G_APPLICATION (self));
}

static void
show_desktop (CsPreferencesWindow *window,
              GParamSpec          *pspec,
              CsApplication       *self)
{
  cs_preferences_window_set_desktop (window, self->notifier == NULL || cs_notifier_is_available (self->notifier),
                                     self->background_problem);
}

/* @page: (nullable): the one to open it at */
static void
show_preferences (CsApplication *self,
                  const char    *page)
{
  CsPreferencesWindow *window = cs_preferences_window_new (self->settings);

  /* A notification may ask for it while no window is open. */
  if (self->window == NULL)
    g_application_activate (G_APPLICATION (self));
  cs_preferences_window_set_engine (window, self->engine, self->secrets);
  show_desktop (window, NULL, self);
  g_signal_connect_object (self, "notify::background-problem", G_CALLBACK (show_desktop), window, G_CONNECT_SWAPPED);
  if (page != NULL)
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_set_transient_for (GTK_WINDOW (window), gtk_application_get_active_window (GTK_APPLICATION (self)));
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_preferences (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  show_preferences (user_data, NULL);
}

static void
on_preferences_page (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  show_preferences (user_data, g_variant_get_string (parameter, NULL));
}

static void
on_about (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  CsApplication *self = user_data;
  g_autoptr (CsSnapshot) snapshot = self->engine != NULL ? cs_engine_get_snapshot (self->engine) : NULL;
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (self));

  gtk_window_present (GTK_WINDOW (cs_about_window_new (parent, snapshot)));
}

/* One window of it, however often it is asked for. */
static void
on_contacts (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  CsApplication *self = user_data;
  GtkWindow *parent = self->window != NULL ? GTK_WINDOW (self->window) : NULL;
  CsContactBook *book;

  if (self->engine == NULL)
    return;
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next) {
    if (CS_IS_CONTACT_BOOK (l->data)) {
      gtk_window_present (l->data);
      return;
    }
  }
  book = cs_contact_book_new (self->engine);
  gtk_window_set_application (GTK_WINDOW (book), GTK_APPLICATION (self));
  gtk_window_set_transient_for (GTK_WINDOW (book), parent);
  gtk_window_present (GTK_WINDOW (book));
}

/* The parameter is a number in whatever spelling. */
static void
on_edit_contact (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL && self->window != NULL)
    cs_contact_editor_open_number (GTK_WINDOW (self->window), self->engine, g_variant_get_string (parameter, NULL));
}

static void
on_settle_callback (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  CsApplication *self = user_data;

  cs_application_start_now (self);
  if (self->engine != NULL)
    cs_engine_settle_callbacks (self->engine, g_variant_get_int64 (parameter));
}

static void
on_unsettle_callback (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  CsApplication *self = user_data;

  cs_application_start_now (self);
  if (self->engine != NULL)
    cs_engine_unsettle_callbacks (self->engine, g_variant_get_int64 (parameter));
}

static void
on_refresh_exotel (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_refresh_exotel (self->engine);
}

/* The parameter is a number of days; 0 ends an import. */
static void
on_import_exotel (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_import_exotel (self->engine, g_variant_get_uint32 (parameter));
}

static void
on_check_address (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_check_address (self->engine);
}

static void
on_retry_tunnel (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_retry_tunnel (self->engine);
}

/* The parameter is the fingerprint that the user has seen. */
static void
on_trust_tunnel_key (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_trust_tunnel_host (self->engine, g_variant_get_string (parameter, NULL));
}

/* A fingerprint that the user has entered is an old one, too. */
static void
on_forget_tunnel_key (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  CsApplication *self = user_data;

  g_settings_reset (cs_settings_get_gsettings (self->settings), "tunnel-host-key");
  if (self->engine != NULL)
    cs_engine_forget_tunnel_host (self->engine);
}

/* @action: one of the window's, done in front of the user's eyes. */
static void
show_in_window (CsApplication *self,
                const char    *action,
                GVariant      *parameter)
{
  g_application_activate (G_APPLICATION (self));
  if (self->window != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (self->window), action, parameter);
}

/* The parameter is the call's number in the database. */
static void
on_show_call (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  show_in_window (user_data, "win.show-call", parameter);
}

/* The parameter names a choice of calls, such as "callbacks". */
static void
on_show_calls (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  show_in_window (user_data, "win.show-calls", parameter);
}

static void
show_toast (CsApplication *self,
            const char    *text)
{
  if (self->window != NULL)
    cs_toast_show (GTK_WIDGET (self->window), text);
  else
    g_message ("%s", text);
}

/* A call that is being started. */
typedef struct {
  CsApplication *application; /* (owned) */
  char *number;               /* (owned) */
} CallBack;

static void
call_back_free (CallBack *call_back)
{
  g_object_unref (call_back->application);
  g_free (call_back->number);
  g_free (call_back);
}

/* Another program dials: the one that the desktop, or the portal, has for tel: links. */
static void
on_dialled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  CallBack *call_back = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    show_toast (call_back->application,
                _("No program on this computer can start calls. Enter a sipgate token in Preferences, or dial yourself."));
  call_back_free (call_back);
}

static void
on_called_back (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  CallBack *call_back = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *escaped = NULL, *uri = NULL;

  if (cs_engine_call_back_finish (CS_ENGINE (source), result, &error)) {
    show_toast (call_back->application, _("Your telephone rings; pick it up to be connected"));
    call_back_free (call_back);
    return;
  }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)) {
    show_toast (call_back->application, error->message);
    call_back_free (call_back);
    return;
  }
  escaped = cs_number_dup_dialled (call_back->number);
  uri = g_strconcat ("tel:", escaped, NULL);
  g_app_info_launch_default_for_uri_async (uri, NULL, NULL, on_dialled, call_back);
}

/* The parameter is the number of somebody. */
static void
on_call_back (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  CsApplication *self = user_data;
  CallBack *call_back;

  cs_application_start_now (self);
  if (self->engine == NULL)
    return;
  call_back = g_new (CallBack, 1);
  call_back->application = g_object_ref (self);
  call_back->number = g_strdup (g_variant_get_string (parameter, NULL));
  cs_engine_call_back_async (self->engine, call_back->number, NULL, on_called_back, call_back);
}

/* A second process with a throw-away database, beside this one. */
static void
on_sample (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  CsApplication *self = user_data;
  char *arguments[] = { NULL, (char *) "callstats", (char *) "--demo", NULL };
  g_autofree char *program = NULL;
  g_autoptr (GError) error = NULL;

  program = g_file_read_link ("/proc/self/exe", &error);
  arguments[0] = program;
  if (program != NULL && g_spawn_async (NULL, arguments, NULL, G_SPAWN_FILE_AND_ARGV_ZERO, NULL, NULL, NULL, &error))
    return;
  g_warning ("The sample can't be started: %s", error->message);
  if (self->window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.toast", "s", _("The sample can’t be started"));
}

static void
set_accelerators (GtkApplication *application)
{
  static const struct {
    const char *action;
    const char *accelerators[3];
  } bindings[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.contacts", { "<Control>b" } },
    { "win.export", { "<Control>e" } },
    { "win.print", { "<Control>p" } },
    { "win.search", { "<Control>f" } },
    { "app.refresh-exotel", { "F5", "<Control>r" } },
    { "win.export-calls", { "<Control><Shift>e" } },
    { "win.show-help-overlay", { "<Control>question", "F1" } },
    { "win.show-page(uint32 1)", { "<Alt>1" } },
    { "win.show-page(uint32 2)", { "<Alt>2" } },
    { "win.show-page(uint32 3)", { "<Alt>3" } },
    { "win.show-page(uint32 4)", { "<Alt>4" } },
    { "win.toggle-fullscreen", { "F11" } },
    { "window.close", { "<Control>w" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    gtk_application_set_accels_for_action (application, bindings[i].action, bindings[i].accelerators);
}

void
cs_application_add_actions (CsApplication *self)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = on_quit },
    { .name = "preferences", .activate = on_preferences },
    { .name = "preferences-page", .activate = on_preferences_page, .parameter_type = "s" },
    { .name = "refresh-exotel", .activate = on_refresh_exotel },
    { .name = "import-exotel", .activate = on_import_exotel, .parameter_type = "u" },
    { .name = "check-address", .activate = on_check_address },
    { .name = "retry-tunnel", .activate = on_retry_tunnel },
    { .name = "trust-tunnel-key", .activate = on_trust_tunnel_key, .parameter_type = "s" },
    { .name = "forget-tunnel-key", .activate = on_forget_tunnel_key },
    { .name = "about", .activate = on_about },
    { .name = "contacts", .activate = on_contacts },
    { .name = "edit-contact", .activate = on_edit_contact, .parameter_type = "s" },
    { .name = "settle-callback", .activate = on_settle_callback, .parameter_type = "x" },
    { .name = "unsettle-callback", .activate = on_unsettle_callback, .parameter_type = "x" },
    { .name = "call-back", .activate = on_call_back, .parameter_type = "s" },
    { .name = "show-call", .activate = on_show_call, .parameter_type = "x" },
    { .name = "show-calls", .activate = on_show_calls, .parameter_type = "s" },
    { .name = "sample", .activate = on_sample },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accelerators (GTK_APPLICATION (self));
}
