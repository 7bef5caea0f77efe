/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "live-fixture.h"
#include "sshd-fixture.h"
#include "tunnel/cs-tunnel-keys.h"

/* The whole program opens a tunnel to a real sshd, as a user does who has just installed it. */

static GtkWidget *
find (const char *id)
{
  return find_widget (GTK_WIDGET (live.window), id);
}

static gboolean
has_text (GtkWidget  *root,
          const char *id,
          const char *part)
{
  g_autofree char *text = get_text (root, id);

  return strstr (text, part) != NULL;
}

static AdwMessageDialog *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (GTK_WIDGET (window)))
      return ADW_MESSAGE_DIALOG (window);
  }
  return NULL;
}

/* The application's key is let in by the server, whose place is entered. */
static void
introduce (Sshd *sshd)
{
  CsTunnelConfig config = { .data_dir = live.data_dir };
  g_autofree char *key_file = cs_tunnel_keys_get_own_file (&config);
  g_autofree char *public_file = g_strconcat (key_file, ".pub", NULL);
  g_autofree char *allowed_file = g_build_filename (sshd->data_dir, "tunnel-key.pub", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  GSettings *settings = live_get_gsettings ();
  ssh_key key = cs_tunnel_keys_load_own (&config, &error);

  g_assert_no_error (error);
  ssh_key_free (key);
  g_file_get_contents (public_file, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (allowed_file, text, -1, NULL));
  g_settings_set_string (settings, "tunnel-host", "127.0.0.1");
  g_settings_set_int (settings, "tunnel-port", sshd->port);
  g_settings_set_string (settings, "tunnel-user", g_get_user_name ());
  g_settings_set_int (settings, "tunnel-remote-port", 0);
}

static void
test_first_call (gpointer      fixture,
                 gconstpointer data)
{
  GtkWidget *first_step = find ("first_step_page"), *receiver = find ("receiver_button");
  GtkWidget *address = find ("address_row");
  g_autofree char *fingerprint = NULL;
  AdwMessageDialog *question;
  Sshd *sshd;

  if (!sshd_is_there ()) {
    g_test_skip ("There is no sshd");
    return;
  }
  sshd = sshd_new ("", FALSE);
  fingerprint = sshd_get_fingerprint (sshd);
  sshd_start (sshd);
  introduce (sshd);
  g_assert_true (live_says (receiver, "label", "No tunnel"));

  /* One click, one question, and the address is there. */
  g_signal_emit_by_name (find_widget (first_step, "open_button"), "clicked");
  live_wait (live_says (receiver, "label", "Confirm server"));
  live_wait ((question = find_question ()) != NULL);
  g_assert_nonnull (strstr (gtk_label_get_label (GTK_LABEL (adw_message_dialog_get_extra_child (question))), fingerprint));
  adw_message_dialog_response (question, "trust");
  gtk_window_destroy (GTK_WINDOW (question));
  live_wait (gtk_widget_get_mapped (address));
  g_assert_true (g_str_has_prefix (adw_action_row_get_subtitle (ADW_ACTION_ROW (address)), "http://127.0.0.1:"));
  live_wait (live_says (receiver, "label", "Receiving"));

  /* It leads through the server and back to this very program. */
  g_signal_emit_by_name (find_widget (find_widget (first_step, "check_view"), "button"), "clicked");
  live_wait (has_text (find_widget (first_step, "check_view"), "label", "It works: "));
  g_assert_true (live_says (receiver, "label", "Receiving"));

  /* Another key is told loudly, and accepted only after two questions. */
  sshd_stop (sshd);
  live_wait (live_says (receiver, "label", "No tunnel"));
  sshd_make_key (sshd);
  sshd_start (sshd);
  live_wait (live_message_says ("tunnel_bar", "The tunnel server 127.0.0.1"));
  g_assert_null (find_question ());
  g_signal_emit_by_name (find_widget (find ("tunnel_bar"), "button"), "clicked");
  live_wait ((question = find_question ()) != NULL);
  adw_message_dialog_response (question, "forget");
  gtk_window_destroy (GTK_WINDOW (question));
  live_wait (live_message_says ("tunnel_bar", NULL));
  live_wait (live_says (receiver, "label", "Confirm server"));
  live_wait ((question = find_question ()) != NULL);
  adw_message_dialog_response (question, "later");
  gtk_window_destroy (GTK_WINDOW (question));
  live_rest (G_USEC_PER_SEC / 5);
  g_assert_true (live_says (receiver, "label", "Confirm server"));
  g_assert_null (find_question ());
  g_signal_emit_by_name (find_widget (receiver, "tunnel_button"), "clicked");
  live_wait (live_says (receiver, "label", "Receiving"));

  g_signal_emit_by_name (find ("own_button"), "clicked");
  live_wait (live_says (receiver, "label", "No tunnel"));
  sshd_free (sshd);
}

/* The address of somebody else is found out, and said where the user looks. */
static void
test_not_reachable (gpointer      fixture,
                    gconstpointer data)
{
  GtkWidget *receiver = find ("receiver_button");
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", sshd_find_free_port ());

  g_settings_set_string (live_get_gsettings (), "public-url", url);
  live_wait (gtk_widget_get_mapped (find ("address_row")));
  g_signal_emit_by_name (find_widget (find_widget (receiver, "check_view"), "button"), "clicked");
  live_wait (live_says (receiver, "label", "Not reachable"));
  g_assert_true (has_text (find_widget (receiver, "check_view"), "label", "Nothing answers at 127.0.0.1"));

  g_free (url);
  {
    g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (live_get_engine ());

    url = g_strdup_printf ("http://127.0.0.1:%u", snapshot->webhook_port);
  }
  g_settings_set_string (live_get_gsettings (), "public-url", url);
  live_wait (has_text (find_widget (receiver, "check_view"), "label", "Not checked yet"));
  live_wait (live_says (receiver, "label", "Receiving"));
  /* By itself, soon after the address was entered. */
  live_wait (has_text (find_widget (receiver, "check_view"), "label", "It works: "));
  g_settings_reset (live_get_gsettings (), "public-url");
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  live_add ("/live-tunnel/from-the-first-click-to-the-address", test_first_call);
  live_add ("/live-tunnel/an-address-that-leads-elsewhere-is-told", test_not_reachable);
  return live_run ();
}
