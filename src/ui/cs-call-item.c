/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-item.h"

/*
 * CsCallItem: a place in a list of calls. The call that belongs there comes once it was read, and may change while it runs.
 */
struct _CsCallItem {
  GObject parent_instance;

  gint64 id;
  CsCall *call;  /* (owned) (nullable) without legs */
};

G_DEFINE_FINAL_TYPE (CsCallItem, cs_call_item, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Whether a row would show both alike. */
static gboolean
is_same (const CsCall *a,
         const CsCall *b)
{
  return a->outcome == b->outcome && a->direction == b->direction && a->seen_us == b->seen_us && a->last_us == b->last_us &&
         a->wait_us == b->wait_us && a->talk_us == b->talk_us && a->needs_callback == b->needs_callback &&
         g_strcmp0 (a->peer, b->peer) == 0 && g_strcmp0 (a->number, b->number) == 0 &&
         g_strcmp0 (a->answered_by_name, b->answered_by_name) == 0 && g_strcmp0 (a->answered_by, b->answered_by) == 0;
}

static void
cs_call_item_finalize (GObject *object)
{
  CsCallItem *self = CS_CALL_ITEM (object);

  g_clear_pointer (&self->call, cs_call_unref);

  G_OBJECT_CLASS (cs_call_item_parent_class)->finalize (object);
}

static void
cs_call_item_class_init (CsCallItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_call_item_finalize;

  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_CALL_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_call_item_init (CsCallItem *self)
{
}

/**
 * cs_call_item_new:
 * @id: of the call
 *
 * Returns: (transfer full): a place that waits for its call
 */
CsCallItem *
cs_call_item_new (gint64 id)
{
  CsCallItem *self = g_object_new (CS_TYPE_CALL_ITEM, NULL);

  self->id = id;
  return self;
}

gint64
cs_call_item_get_id (CsCallItem *self)
{
  g_return_val_if_fail (CS_IS_CALL_ITEM (self), 0);

  return self->id;
}

/**
 * cs_call_item_get_call:
 * @self: a place
 *
 * Returns: (transfer none) (nullable): its call, once it was read
 */
CsCall *
cs_call_item_get_call (CsCallItem *self)
{
  g_return_val_if_fail (CS_IS_CALL_ITEM (self), NULL);

  return self->call;
}

/**
 * cs_call_item_set_call:
 * @self: a place
 * @call: its call as it is now
 */
void
cs_call_item_set_call (CsCallItem *self,
                       CsCall     *call)
{
  g_autoptr (CsCall) old = NULL;

  g_return_if_fail (CS_IS_CALL_ITEM (self));
  g_return_if_fail (call != NULL && call->id == self->id);

  old = self->call;
  self->call = cs_call_ref (call);
  if (old == NULL || !is_same (old, call))
    g_signal_emit (self, signals[CHANGED], 0);
}
