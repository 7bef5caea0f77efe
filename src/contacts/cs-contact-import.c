/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "contacts/cs-contact-import.h"

#include <glib/gi18n.h>

#define SHOWN_CHARACTERS 40

G_DEFINE_QUARK (cs-contact-error-quark, cs_contact_error)

static void
fault_free (gpointer data)
{
  CsContactFault *fault = data;

  g_free (fault->reason);
  g_free (fault);
}

/* Makes one that found nothing yet. */
CsContactImport *
cs_contact_import_new (void)
{
  CsContactImport *self = g_new0 (CsContactImport, 1);

  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_contact_free);
  self->faults = g_ptr_array_new_with_free_func (fault_free);
  return self;
}

void
cs_contact_import_free (CsContactImport *self)
{
  g_ptr_array_unref (self->contacts);
  g_ptr_array_unref (self->faults);
  g_free (self);
}

/* Notes that something in this line, counted from 1, was refused. */
void
cs_contact_import_add_fault (CsContactImport *self,
                             guint64          line,
                             const char      *reason)
{
  CsContactFault *fault;

  if (self->n_faults++ >= CS_CONTACT_IMPORT_MAX_FAULTS)
    return;
  fault = g_new0 (CsContactFault, 1);
  fault->line = line;
  fault->reason = g_strdup (reason);
  g_ptr_array_add (self->faults, fault);
}

static void
refuse_number (CsContactImport *self,
               const char      *number,
               guint64          line)
{
  g_autofree char *clean = cs_contact_clean_name (number);
  g_autofree char *shown = g_utf8_substring (clean != NULL ? clean : "", 0,
                                             MIN (SHOWN_CHARACTERS, g_utf8_strlen (clean != NULL ? clean : "", -1)));
  g_autofree char *reason = g_strdup_printf (_("“%s” isn’t a telephone number"), shown);

  cs_contact_import_add_fault (self, line, reason);
}

/* Takes what a card or a row says, as far as it is valid. name may be NULL or empty, numbers (element-type utf8) too. An error
 * only where there are too many. */
gboolean
cs_contact_import_add (CsContactImport  *self,
                       const char       *name,
                       GPtrArray        *numbers,
                       guint64           line,
                       GError          **error)
{
  g_autofree char *clean = name != NULL ? cs_contact_clean_name (name) : NULL;
  g_autoptr (CsContact) contact = NULL;

  if (numbers->len == 0)
    {
      self->n_numberless++;
      return TRUE;
    }
  if (clean == NULL)
    {
      cs_contact_import_add_fault (self, line, _("There is a number, but no name"));
      return TRUE;
    }

  contact = cs_contact_new (clean);
  for (guint i = 0; i < numbers->len; i++)
    {
      if (!cs_contact_add_number (contact, g_ptr_array_index (numbers, i)))
        refuse_number (self, g_ptr_array_index (numbers, i), line);
    }
  if (contact->numbers->len == 0)
    return TRUE;
  if (self->contacts->len >= CS_CONTACT_IMPORT_MAX)
    {
      g_set_error (error, CS_CONTACT_ERROR, CS_CONTACT_ERROR_TOO_MANY,
                   _("The file has more than %d contacts. Split it and import the parts one after the other."),
                   CS_CONTACT_IMPORT_MAX);
      return FALSE;
    }
  g_ptr_array_add (self->contacts, g_steal_pointer (&contact));
  return TRUE;
}

void
cs_contact_preview_free (CsContactPreview *self)
{
  g_free (self->encoding);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self);
}
