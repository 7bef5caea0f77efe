/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-look.h"

#include <glib/gi18n.h>
#include <string.h>

#define TEXTS "/com/example/CallStats/announcements/%s.txt"

/* A word is said beside each of these, so that neither shape nor colour has to speak alone. */
typedef struct {
  const char *icon_name;
  const char *css_class;
} Look;

static void
set_look (GtkWidget  *image,
          const Look *look)
{
  const char *classes[] = { look->css_class, NULL };

  gtk_widget_set_css_classes (image, classes);
  gtk_image_set_from_icon_name (GTK_IMAGE (image), look->icon_name);
}

/* Shows how far an order is. */
void
cs_order_look_set_state (GtkWidget    *image,
                         CsOrderState  state)
{
  static const Look looks[CS_N_ORDER_STATES] = {
    [CS_ORDER_RECEIVED] = { "mail-unread-symbolic", "dim-label" },
    [CS_ORDER_PENDING] = { "document-open-recent-symbolic", "accent" },
    [CS_ORDER_FULFILLED] = { "object-select-symbolic", "success" },
    [CS_ORDER_CANCELLED] = { "process-stop-symbolic", "warning" },
  };

  set_look (image, &looks[state]);
}

/* Shows what came of a caller's wish. */
void
cs_order_look_set_result (GtkWidget          *image,
                          const CsOrderQuery *query)
{
  static const Look looks[CS_N_ORDER_RESULTS] = {
    [CS_ORDER_RESULT_FOUND] = { "object-select-symbolic", "success" },
    [CS_ORDER_RESULT_NOT_FOUND] = { "dialog-question-symbolic", "warning" },
    [CS_ORDER_RESULT_UNAVAILABLE] = { "dialog-error-symbolic", "error" },
    [CS_ORDER_RESULT_REFUSED] = { "action-unavailable-symbolic", "warning" },
    [CS_ORDER_RESULT_GAVE_UP] = { "dialog-question-symbolic", "dim-label" },
    [CS_ORDER_RESULT_HUNG_UP] = { "call-stop-symbolic", "dim-label" },
  };

  set_look (image, &looks[query->result]);
}

/* Says what came of a caller's wish; of an order that was found, how far it was. (transfer none) */
const char *
cs_order_look_get_result (const CsOrderQuery *query)
{
  switch (query->result) {
  case CS_ORDER_RESULT_FOUND:
    return query->state >= 0 && query->state < CS_N_ORDER_STATES ? cs_order_state_get_label ((CsOrderState) query->state)
                                                                 : C_("order query", "Found");
  case CS_ORDER_RESULT_NOT_FOUND:
    return C_("order query", "Not found");
  case CS_ORDER_RESULT_UNAVAILABLE:
    return C_("order query", "Couldn’t be looked up");
  case CS_ORDER_RESULT_REFUSED:
    return C_("order query", "Asked too often");
  case CS_ORDER_RESULT_GAVE_UP:
    return C_("order query", "Not understood");
  case CS_ORDER_RESULT_HUNG_UP:
    return C_("order query", "Hung up");
  }
  g_return_val_if_reached ("");
}

/* What the user calls an announcement. (transfer none) */
const char *
cs_announcement_get_title (CsAnnouncement announcement)
{
  switch (announcement) {
  case CS_ANNOUNCEMENT_WELCOME:
    return C_("announcement", "Welcome");
  case CS_ANNOUNCEMENT_RECEIVED:
    return C_("announcement", "Order received");
  case CS_ANNOUNCEMENT_PENDING:
    return C_("announcement", "Order in progress");
  case CS_ANNOUNCEMENT_FULFILLED:
    return C_("announcement", "Order done");
  case CS_ANNOUNCEMENT_CANCELLED:
    return C_("announcement", "Order cancelled");
  case CS_ANNOUNCEMENT_NOT_FOUND:
    return C_("announcement", "Number not found");
  case CS_ANNOUNCEMENT_NOT_UNDERSTOOD:
    return C_("announcement", "Not understood");
  case CS_ANNOUNCEMENT_TRY_LATER:
    return C_("announcement", "Please try again later");
  }
  g_return_val_if_reached ("");
}

/* What the shipped recording of an announcement says, in its own language; language is "en" or "de". (transfer full) */
char *
cs_announcement_get_text (CsAnnouncement  announcement,
                          const char     *language)
{
  g_autofree char *path = g_strdup_printf (TEXTS, language);
  g_autofree char *prefix = g_strconcat (cs_announcement_get_name (announcement), ": ", NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], prefix))
      return g_strdup (lines[i] + strlen (prefix));
  }
  return g_strdup (cs_announcement_get_title (announcement));
}
