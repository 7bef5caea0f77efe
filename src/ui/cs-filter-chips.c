/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-filter-chips.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "calls/cs-call-event.h"
#include "calls/cs-day.h"
#include "ui/cs-date-range.h"
#include "ui/cs-number-format.h"

typedef enum {
  CHIP_PERIOD,
  CHIP_DIRECTION,
  CHIP_OUTCOME,
  CHIP_PROVIDER,
  CHIP_NUMBER,
  N_CHIPS,
} ChipKind;

#define BIT(outcome) (1u << (outcome))
#define MAX_CHOICES 10
/* Chosen from the menu it stands for the days that are chosen beside it. */
#define RANGE "range"

/* What a menu offers; outcomes are for the one of outcomes. */
typedef struct {
  const char *value;
  const char *label;
  guint32 outcomes;
} Choice;

/* The names are those of the parameter of win.show-calls. */
static const struct {
  const char *name;
  const char *title;
  const char *any;
  const char *remove;
  Choice choices[MAX_CHOICES];
} kinds[N_CHIPS] = {
  [CHIP_PERIOD] = { "period", N_("Period"), N_("At any time"), N_("Calls of any time"),
    { { "today", N_("Today") }, { "yesterday", N_("Yesterday") }, { "week", N_("Last 7 days") }, { "month", N_("Last 30 days") },
      { RANGE, N_("Range…") } } },
  [CHIP_DIRECTION] = { "direction", N_("Direction"), N_("In any direction"), N_("Calls in any direction"),
    { { "inbound", N_("Incoming") }, { "outbound", N_("Outgoing") }, { "internal", N_("Internal") } } },
  [CHIP_OUTCOME] = { "outcome", N_("Outcome"), N_("However they ended"), N_("Calls however they ended"),
    { { "answered", N_("Answered"), BIT (CS_OUTCOME_ANSWERED) | BIT (CS_OUTCOME_ANSWERED_UNATTRIBUTED) },
      { "missed", N_("Missed"), BIT (CS_OUTCOME_MISSED) },
      { "voicemail", N_("Voicemail"), BIT (CS_OUTCOME_VOICEMAIL) },
      { "busy", N_("Busy or rejected"), BIT (CS_OUTCOME_BUSY) | BIT (CS_OUTCOME_REJECTED) },
      { "not-reached", N_("Not reached"), BIT (CS_OUTCOME_NOT_REACHED) },
      { "failed", N_("Failed"), BIT (CS_OUTCOME_FAILED) | BIT (CS_OUTCOME_UNREACHABLE) | BIT (CS_OUTCOME_NOT_FOUND) },
      { "menu", N_("Menu or order line"), BIT (CS_OUTCOME_IVR_ONLY) },
      { "running", N_("On the phone now"), BIT (CS_OUTCOME_RINGING) | BIT (CS_OUTCOME_TALKING) },
      /* What none of the four familiar bars of Today counts. */
      { "other", N_("Other"), BIT (CS_OUTCOME_IVR_ONLY) | BIT (CS_OUTCOME_UNREACHABLE) | BIT (CS_OUTCOME_NOT_FOUND)
                              | BIT (CS_OUTCOME_NOT_REACHED) | BIT (CS_OUTCOME_FORWARDED) | BIT (CS_OUTCOME_FAILED)
                              | BIT (CS_OUTCOME_STALE) | BIT (CS_OUTCOME_OTHER) } } },
  [CHIP_PROVIDER] = { "provider", N_("Provider"), N_("Of any provider"), N_("Calls of any provider"),
    { { "sipgate", "sipgate" }, { "exotel", "Exotel" } } },
  [CHIP_NUMBER] = { "number", N_("Our number"), N_("On any number"), N_("Calls on any number"), { { NULL } } },
};

/* A menu to choose from, and beside it, where something is chosen, the way back. */
typedef struct {
  char *value;            /* (owned) (nullable) what was chosen; of a period also "today@14", an hour of it, and two dates */
  GtkWidget *box;
  GtkMenuButton *button;
  GtkWidget *remove_button;
  GSimpleAction *action;  /* (unowned) of the group */
} Chip;

/*
 * CsFilterChips: which calls of all are wanted, as a row of chips.
 */
struct _CsFilterChips {
  AdwBin parent_instance;

  Chip chips[N_CHIPS];
  CsDateRange *date_range; /* the days of a period of one's own */
  GPtrArray *numbers;     /* (owned) (element-type utf8) the own ones */
  gboolean is_updating;
};

G_DEFINE_FINAL_TYPE (CsFilterChips, cs_filter_chips, ADW_TYPE_BIN)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const Choice *
find_choice (ChipKind    kind,
             const char *value)
{
  for (guint i = 0; i < MAX_CHOICES && kinds[kind].choices[i].value != NULL; i++) {
    if (g_strcmp0 (kinds[kind].choices[i].value, value) == 0)
      return &kinds[kind].choices[i];
  }
  return NULL;
}

/* The hour of "today@14", or -1. */
static int
get_hour (const char *period)
{
  const char *at = period != NULL ? strchr (period, '@') : NULL;

  return at != NULL && g_ascii_isdigit (at[1]) ? CLAMP (atoi (at + 1), 0, 23) : -1;
}

static gboolean
is_allowed (ChipKind    kind,
            const char *value)
{
  if (kind == CHIP_NUMBER)
    return *value != '\0' && g_utf8_validate (value, -1, NULL);
  if (find_choice (kind, value) != NULL)
    return TRUE;
  return kind == CHIP_PERIOD && (cs_date_range_is_text (value) || (g_str_has_prefix (value, "today@") && get_hour (value) >= 0));
}

static char *
get_label (ChipKind    kind,
           const char *value)
{
  const Choice *choice = find_choice (kind, value);

  if (value == NULL)
    return g_strdup (_(kinds[kind].title));
  if (kind == CHIP_NUMBER)
    return cs_number_format_isolate (value);
  if (kind == CHIP_PERIOD && (choice == NULL ? get_hour (value) < 0 : g_strcmp0 (value, RANGE) == 0))
    return g_strdup (C_("period", "Range"));
  if (choice == NULL)
    /* Translators: a full hour of today. */
    return g_strdup_printf (_("Today, %d:00–%d:00"), get_hour (value), get_hour (value) + 1);
  return g_strdup (_(choice->label));
}

static GMenuModel *
make_menu (CsFilterChips *self,
           ChipKind       kind)
{
  GMenu *menu = g_menu_new ();
  GMenu *choices = g_menu_new ();
  g_autofree char *action = g_strconcat ("filter.", kinds[kind].name, NULL);
  g_autoptr (GMenuItem) any = g_menu_item_new (_(kinds[kind].any), NULL);

  g_menu_item_set_action_and_target (any, action, "s", "");
  g_menu_append_item (menu, any);
  for (guint i = 0; i < MAX_CHOICES && kinds[kind].choices[i].value != NULL; i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (_(kinds[kind].choices[i].label), NULL);

    g_menu_item_set_action_and_target (item, action, "s", kinds[kind].choices[i].value);
    g_menu_append_item (choices, item);
  }
  for (guint i = 0; kind == CHIP_NUMBER && i < self->numbers->len; i++) {
    g_autofree char *label = cs_number_format (g_ptr_array_index (self->numbers, i));
    g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

    g_menu_item_set_action_and_target (item, action, "s", g_ptr_array_index (self->numbers, i));
    g_menu_append_item (choices, item);
  }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (choices));
  g_object_unref (choices);
  return G_MENU_MODEL (menu);
}

static void
show_value (CsFilterChips *self,
            ChipKind       kind)
{
  Chip *chip = &self->chips[kind];
  gboolean is_range = kind == CHIP_PERIOD && chip->value != NULL && cs_date_range_is_text (chip->value);
  g_autofree char *label = get_label (kind, chip->value);
  g_autofree char *name = g_strdup_printf (C_("filter", "%s: %s"), _(kinds[kind].title), chip->value != NULL ? label : _(kinds[kind].any));

  gtk_menu_button_set_label (chip->button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_visible (chip->remove_button, chip->value != NULL);
  if (chip->value != NULL)
    gtk_widget_add_css_class (chip->box, "active");
  else
    gtk_widget_remove_css_class (chip->box, "active");
  g_simple_action_set_state (chip->action, g_variant_new_string (is_range ? RANGE : chip->value != NULL ? chip->value : ""));
  if (kind == CHIP_PERIOD)
    gtk_widget_set_visible (GTK_WIDGET (self->date_range), is_range);
}

static void
set_value (CsFilterChips *self,
           ChipKind       kind,
           const char    *value)
{
  Chip *chip = &self->chips[kind];
  g_autofree char *range = g_strcmp0 (value, RANGE) == 0 ? cs_date_range_get_text (self->date_range) : NULL;
  const char *chosen = range != NULL ? range : value != NULL && *value != '\0' ? value : NULL;

  if (g_strcmp0 (chip->value, chosen) == 0)
    return;
  g_free (chip->value);
  chip->value = g_strdup (chosen);
  if (kind == CHIP_PERIOD && chosen != NULL)
    cs_date_range_set_text (self->date_range, chosen);
  show_value (self, kind);
  if (!self->is_updating)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_change_state (GSimpleAction *action,
                 GVariant      *value,
                 gpointer       user_data)
{
  CsFilterChips *self = user_data;

  for (ChipKind kind = 0; kind < N_CHIPS; kind++) {
    if (self->chips[kind].action == action)
      set_value (self, kind, g_variant_get_string (value, NULL));
  }
}

static void
on_range_changed (CsFilterChips *self)
{
  set_value (self, CHIP_PERIOD, RANGE);
}

static void
on_remove (GtkWidget *button,
           gpointer   user_data)
{
  CsFilterChips *self = user_data;

  for (ChipKind kind = 0; kind < N_CHIPS; kind++) {
    if (self->chips[kind].remove_button == button) {
      gtk_widget_grab_focus (GTK_WIDGET (self->chips[kind].button));
      set_value (self, kind, NULL);
    }
  }
}

static GtkWidget *
make_chip (CsFilterChips      *self,
           GSimpleActionGroup *group,
           ChipKind            kind)
{
  Chip *chip = &self->chips[kind];
  g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (kinds[kind].name, G_VARIANT_TYPE_STRING, g_variant_new_string (""));
  g_autoptr (GMenuModel) menu = make_menu (self, kind);

  g_signal_connect (action, "change-state", G_CALLBACK (on_change_state), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  chip->action = action;
  chip->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (chip->box, "chip");
  chip->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_has_frame (chip->button, FALSE);
  gtk_menu_button_set_always_show_arrow (chip->button, TRUE);
  gtk_menu_button_set_menu_model (chip->button, menu);
  gtk_box_append (GTK_BOX (chip->box), GTK_WIDGET (chip->button));

  chip->remove_button = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_button_set_has_frame (GTK_BUTTON (chip->remove_button), FALSE);
  gtk_widget_set_tooltip_text (chip->remove_button, _(kinds[kind].remove));
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(kinds[kind].remove), -1);
  g_signal_connect (chip->remove_button, "clicked", G_CALLBACK (on_remove), self);
  gtk_box_append (GTK_BOX (chip->box), chip->remove_button);
  show_value (self, kind);
  return chip->box;
}

static void
fill_period (CsFilterChips *self,
             const char    *value,
             GTimeZone     *zone,
             gint64         now_us,
             CsCallQuery   *query)
{
  gint64 today_us = cs_day_get_start (zone, now_us);
  int hour = get_hour (value);

  if (cs_date_range_is_text (value)) {
    cs_date_range_get_times (self->date_range, zone, &query->filter.from_us, &query->filter.to_us);
  } else if (hour >= 0) {
    query->filter.from_us = today_us + hour * G_TIME_SPAN_HOUR;
    query->filter.to_us = query->filter.from_us + G_TIME_SPAN_HOUR;
  } else if (g_strcmp0 (value, "today") == 0) {
    query->filter.from_us = today_us;
  } else if (g_strcmp0 (value, "yesterday") == 0) {
    query->filter.from_us = cs_day_add_days (zone, today_us, -1);
    query->filter.to_us = today_us;
  } else {
    query->filter.from_us = cs_day_add_days (zone, today_us, g_strcmp0 (value, "week") == 0 ? -6 : -29);
  }
}

static void
cs_filter_chips_finalize (GObject *object)
{
  CsFilterChips *self = CS_FILTER_CHIPS (object);

  for (ChipKind kind = 0; kind < N_CHIPS; kind++)
    g_free (self->chips[kind].value);
  g_ptr_array_unref (self->numbers);

  G_OBJECT_CLASS (cs_filter_chips_parent_class)->finalize (object);
}

static void
cs_filter_chips_class_init (CsFilterChipsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_filter_chips_finalize;

  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_FILTER_CHIPS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_filter_chips_init (CsFilterChips *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->numbers = g_ptr_array_new_with_free_func (g_free);
  self->date_range = g_object_new (CS_TYPE_DATE_RANGE, NULL);
  g_signal_connect_swapped (self->date_range, "changed", G_CALLBACK (on_range_changed), self);
  for (ChipKind kind = 0; kind < N_CHIPS; kind++) {
    gtk_box_append (GTK_BOX (box), make_chip (self, group, kind));
    if (kind == CHIP_PERIOD)
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->date_range));
  }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "filter", G_ACTION_GROUP (group));
  gtk_widget_add_css_class (box, "chips");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Filters"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_EXTERNAL, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

/**
 * cs_filter_chips_set_numbers:
 * @self: the chips
 * @numbers: (element-type utf8): own numbers to choose from
 */
void
cs_filter_chips_set_numbers (CsFilterChips *self,
                             GPtrArray     *numbers)
{
  g_autoptr (GMenuModel) menu = NULL;
  gboolean is_same;

  g_return_if_fail (CS_IS_FILTER_CHIPS (self));
  g_return_if_fail (numbers != NULL);

  is_same = numbers->len == self->numbers->len;
  for (guint i = 0; is_same && i < numbers->len; i++)
    is_same = g_strcmp0 (g_ptr_array_index (numbers, i), g_ptr_array_index (self->numbers, i)) == 0;
  if (is_same)
    return;
  g_ptr_array_unref (self->numbers);
  self->numbers = g_ptr_array_ref (numbers);
  menu = make_menu (self, CHIP_NUMBER);
  gtk_menu_button_set_menu_model (self->chips[CHIP_NUMBER].button, menu);
}

/**
 * cs_filter_chips_set_text:
 * @self: the chips
 * @text: "name=value" parted by ";": see cs-calls-page.h. What isn't named is cleared; what isn't understood is left out.
 */
void
cs_filter_chips_set_text (CsFilterChips *self,
                          const char    *text)
{
  g_auto (GStrv) parts = NULL;

  g_return_if_fail (CS_IS_FILTER_CHIPS (self));
  g_return_if_fail (text != NULL);

  parts = g_strsplit (text, ";", -1);
  self->is_updating = TRUE;
  for (ChipKind kind = 0; kind < N_CHIPS; kind++) {
    const char *value = NULL;
    gsize length = strlen (kinds[kind].name);

    for (guint i = 0; parts[i] != NULL; i++) {
      if (strncmp (parts[i], kinds[kind].name, length) == 0 && parts[i][length] == '=' && is_allowed (kind, parts[i] + length + 1))
        value = parts[i] + length + 1;
    }
    set_value (self, kind, value);
  }
  self->is_updating = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * cs_filter_chips_fill:
 * @self: the chips
 * @zone: whose days are meant
 * @now_us: the present, microseconds UTC
 * @query: %CS_CALL_QUERY_ALL, to be narrowed to the calls that are wanted
 */
void
cs_filter_chips_fill (CsFilterChips *self,
                      GTimeZone     *zone,
                      gint64         now_us,
                      CsCallQuery   *query)
{
  const Chip *chips = self->chips;
  CsDirection direction;
  CsProvider provider;

  g_return_if_fail (CS_IS_FILTER_CHIPS (self));

  cs_date_range_follow_today (self->date_range, zone, now_us);
  if (chips[CHIP_PERIOD].value != NULL)
    fill_period (self, chips[CHIP_PERIOD].value, zone, now_us, query);
  if (chips[CHIP_DIRECTION].value != NULL && cs_direction_from_name (chips[CHIP_DIRECTION].value, &direction))
    query->filter.direction = (int) direction;
  if (chips[CHIP_OUTCOME].value != NULL)
    query->outcomes = find_choice (CHIP_OUTCOME, chips[CHIP_OUTCOME].value)->outcomes;
  if (chips[CHIP_PROVIDER].value != NULL && cs_provider_from_name (chips[CHIP_PROVIDER].value, &provider))
    query->filter.provider = (int) provider;
  if (chips[CHIP_NUMBER].value != NULL)
    query->filter.number_key = cs_number_get_key (chips[CHIP_NUMBER].value);
}
