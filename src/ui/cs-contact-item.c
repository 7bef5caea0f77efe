/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-contact-item.h"

#include <string.h>

/*
 * CsContactItem: a contact in a list model. It never changes.
 */
struct _CsContactItem {
  GObject parent_instance;

  CsContact *contact;  /* (owned) */
  char *words;         /* (owned) (nullable) its name to be searched, once somebody has */
  char *digits;        /* (owned) (nullable) those of its numbers, each behind a space */
};

G_DEFINE_FINAL_TYPE (CsContactItem, cs_contact_item, G_TYPE_OBJECT)

static void
make_search_texts (CsContactItem *self)
{
  GString *digits = g_string_new (NULL);

  self->words = g_utf8_casefold (self->contact->name, -1);
  for (guint i = 0; i < self->contact->numbers->len; i++) {
    g_string_append_c (digits, ' ');
    for (const char *c = g_ptr_array_index (self->contact->numbers, i); *c != '\0'; c++) {
      if (g_ascii_isdigit (*c))
        g_string_append_c (digits, *c);
    }
  }
  self->digits = g_string_free (digits, FALSE);
}

static void
cs_contact_item_finalize (GObject *object)
{
  CsContactItem *self = CS_CONTACT_ITEM (object);

  g_clear_pointer (&self->contact, cs_contact_free);
  g_free (self->words);
  g_free (self->digits);

  G_OBJECT_CLASS (cs_contact_item_parent_class)->finalize (object);
}

static void
cs_contact_item_class_init (CsContactItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_contact_item_finalize;
}

static void
cs_contact_item_init (CsContactItem *self)
{
}

/**
 * cs_contact_item_new:
 * @contact: (transfer full): what it stands for
 */
CsContactItem *
cs_contact_item_new (CsContact *contact)
{
  CsContactItem *self = g_object_new (CS_TYPE_CONTACT_ITEM, NULL);

  self->contact = contact;
  return self;
}

const CsContact *
cs_contact_item_get_contact (CsContactItem *self)
{
  g_return_val_if_fail (CS_IS_CONTACT_ITEM (self), NULL);

  return self->contact;
}

/**
 * cs_contact_item_matches:
 * @self: an item
 * @words: part of a name, folded by g_utf8_casefold()
 * @digits: (nullable): part of a number, digits alone; %NULL where nothing like a number is searched
 */
gboolean
cs_contact_item_matches (CsContactItem *self,
                         const char    *words,
                         const char    *digits)
{
  g_return_val_if_fail (CS_IS_CONTACT_ITEM (self), FALSE);

  if (self->words == NULL)
    make_search_texts (self);
  return strstr (self->words, words) != NULL || (digits != NULL && strstr (self->digits, digits) != NULL);
}
