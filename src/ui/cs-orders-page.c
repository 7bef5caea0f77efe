/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-orders-page.h"

#include <glib/gi18n.h>

#include "ui/cs-columns-layout.h"
#include "ui/cs-message-bar.h"
#include "ui/cs-number-format.h"
#include "ui/cs-order-list.h"
#include "ui/cs-order-queries.h"
#include "ui/cs-order-telephone.h"
#include "ui/cs-orders-layout.h"
#include "ui/cs-tile.h"

/*
 * CsOrdersPage: the order line: whether it answers, today's figures, the orders, a telephone to try it, and what was asked last.
 */
struct _CsOrdersPage {
  AdwBin parent_instance;

  CsMessageBar *trouble_bar;
  GtkStack *page_stack;
  AdwActionRow *answer_row;
  GtkSwitch *answer_switch;
  CsTile *handled_tile;
  CsTile *found_tile;
  CsTile *not_found_tile;
  CsTile *hung_up_tile;
  GtkLabel *unserved_label;
  CsOrderList *order_list;
  CsOrderTelephone *telephone;
  CsOrderQueries *queries;

  CsEngine *engine;      /* (owned) (nullable) */
  CsSettings *settings;  /* (owned) (nullable) */
  guint n_running;
};

G_DEFINE_FINAL_TYPE (CsOrdersPage, cs_orders_page, ADW_TYPE_BIN)

static GSettings *
get_gsettings (CsOrdersPage *self)
{
  return cs_settings_get_gsettings (self->settings);
}

static void
show_count (CsTile *tile,
            guint   n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  cs_tile_set_value (tile, text, text);
}

static void
show_figures (CsOrdersPage        *self,
              const CsOrdersState *state)
{
  guint n_unserved = state->n_results[CS_ORDER_RESULT_UNAVAILABLE] + state->n_results[CS_ORDER_RESULT_REFUSED];
  g_autofree char *unserved = g_strdup_printf (ngettext ("%u caller was asked to try again later",
                                                         "%u callers were asked to try again later", n_unserved), n_unserved);

  show_count (self->handled_tile, state->n_handled);
  show_count (self->found_tile, state->n_results[CS_ORDER_RESULT_FOUND]);
  show_count (self->not_found_tile, state->n_results[CS_ORDER_RESULT_NOT_FOUND]);
  show_count (self->hung_up_tile, state->n_results[CS_ORDER_RESULT_HUNG_UP] + state->n_results[CS_ORDER_RESULT_GAVE_UP]);
  gtk_label_set_text (self->unserved_label, unserved);
  gtk_widget_set_visible (GTK_WIDGET (self->unserved_label), n_unserved > 0);
}

static char *
join_numbers (char **numbers)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; numbers[i] != NULL; i++) {
    g_autofree char *number = cs_number_format_isolate (numbers[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? " · " : "", number);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Without a number that answers there is nothing to switch. */
static void
show_numbers (CsOrdersPage *self)
{
  g_auto (GStrv) numbers = g_settings_get_strv (get_gsettings (self), "orders-numbers");
  g_autofree char *joined = join_numbers (numbers);
  g_autofree char *running = NULL;

  gtk_stack_set_visible_child_name (self->page_stack, numbers[0] != NULL ? "line" : "first-step");
  if (self->n_running > 0)
    running = g_strdup_printf (ngettext ("%s – %u caller now", "%s – %u callers now", self->n_running), joined, self->n_running);
  adw_action_row_set_subtitle (self->answer_row, running != NULL ? running : joined);
}

/* Digits that aren't typed into a field are for the telephone. */
static gboolean
on_key_pressed (CsOrdersPage    *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return GDK_EVENT_PROPAGATE;
  return cs_order_telephone_press (self->telephone, keyval);
}

static void
cs_orders_page_dispose (GObject *object)
{
  CsOrdersPage *self = CS_ORDERS_PAGE (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_orders_page_parent_class)->dispose (object);
}

static void
cs_orders_page_class_init (CsOrdersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_orders_page_dispose;

  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);
  g_type_ensure (CS_TYPE_MESSAGE_BAR);
  g_type_ensure (CS_TYPE_ORDER_LIST);
  g_type_ensure (CS_TYPE_ORDER_QUERIES);
  g_type_ensure (CS_TYPE_ORDER_TELEPHONE);
  g_type_ensure (CS_TYPE_ORDERS_LAYOUT);
  g_type_ensure (CS_TYPE_TILE);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-orders-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, trouble_bar);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, page_stack);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, answer_row);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, answer_switch);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, handled_tile);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, found_tile);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, not_found_tile);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, hung_up_tile);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, unserved_label);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, order_list);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, telephone);
  gtk_widget_class_bind_template_child (widget_class, CsOrdersPage, queries);
}

static void
cs_orders_page_init (CsOrdersPage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * cs_orders_page_set_engine:
 * @self: the page, which has none yet
 * @engine: what runs the order line
 * @settings: how it is to run
 */
void
cs_orders_page_set_engine (CsOrdersPage *self,
                           CsEngine     *engine,
                           CsSettings   *settings)
{
  g_return_if_fail (CS_IS_ORDERS_PAGE (self));
  g_return_if_fail (CS_IS_ENGINE (engine));
  g_return_if_fail (CS_IS_SETTINGS (settings));
  g_return_if_fail (self->engine == NULL);

  self->engine = g_object_ref (engine);
  self->settings = g_object_ref (settings);
  cs_order_list_set_engine (self->order_list, engine);
  cs_order_telephone_set_engine (self->telephone, engine, settings);
  g_settings_bind (get_gsettings (self), "orders-enabled", self->answer_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (get_gsettings (self), "changed::orders-numbers", G_CALLBACK (show_numbers), self, G_CONNECT_SWAPPED);
  show_numbers (self);
}

/**
 * cs_orders_page_apply_snapshot:
 * @self: the page
 * @snapshot: what to show
 */
void
cs_orders_page_apply_snapshot (CsOrdersPage *self,
                               CsSnapshot   *snapshot)
{
  g_return_if_fail (CS_IS_ORDERS_PAGE (self));
  g_return_if_fail (snapshot != NULL);

  if (self->engine == NULL)
    return;
  show_figures (self, &snapshot->orders);
  /* Trouble with a file or a database stands where their orders would. */
  cs_message_bar_set_message (self->trouble_bar,
                              snapshot->orders.is_enabled && snapshot->orders.origin == CS_ORDERS_FROM_BOOK ? snapshot->orders.error
                                                                                                           : NULL);
  cs_order_list_apply_snapshot (self->order_list, snapshot);
  cs_order_queries_apply_snapshot (self->queries, snapshot);
  self->n_running = snapshot->orders.n_running;
  show_numbers (self);
}
