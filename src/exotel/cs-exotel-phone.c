/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-phone.h"

#include "exotel/cs-exotel-error-body.h"
#include "exotel/cs-exotel-error.h"
#include "exotel/cs-exotel-json.h"
#include "exotel/cs-exotel-record.h"

static CsExotelPhone *
read_phone (JsonNode *node)
{
  JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autoptr (CsExotelPhone) phone = g_new0 (CsExotelPhone, 1);

  phone->sid = cs_json_dup_text (entry, "sid");
  phone->number = cs_json_dup_text (entry, "phone_number");
  phone->friendly_name = cs_json_dup_text (entry, "friendly_name");
  /* Some ids are the number itself, with its plus sign. */
  if (phone->sid == NULL || !cs_exotel_record_is_sid (*phone->sid == '+' ? phone->sid + 1 : phone->sid))
    return NULL;
  return g_steal_pointer (&phone);
}

/**
 * cs_exotel_phone_parse_list:
 * @body: the answer to the question for the account's numbers, its size bounded by the caller
 * @n_records: (out) (optional): entries on this page, readable or not; on none, the list is over
 *
 * Reads one page of the account's numbers (protocol/exotel.md §4). The address of the next page that stands in it is
 * never looked at. An entry without an id that may be part of an address is left out.
 *
 * Returns: (transfer full) (element-type CsExotelPhone): the numbers, or %NULL with a %CS_EXOTEL_ERROR
 */
GPtrArray *
cs_exotel_phone_parse_list (GBytes  *body,
                            guint   *n_records,
                            GError **error)
{
  g_autoptr (JsonObject) root = NULL;
  g_autofree char *message = NULL;
  GPtrArray *phones;
  JsonArray *entries;

  g_return_val_if_fail (body != NULL, NULL);

  root = cs_exotel_json_parse (body, error);
  if (root == NULL)
    return NULL;
  entries = cs_json_get_array (root, "incoming_phone_numbers");
  if (entries == NULL)
    {
      message = cs_exotel_error_body_get_message (body, NULL);
      g_set_error_literal (error, CS_EXOTEL_ERROR, message != NULL ? CS_EXOTEL_ERROR_REFUSED : CS_EXOTEL_ERROR_CONTENT,
                           message != NULL ? message : "The answer has no list of numbers");
      return NULL;
    }

  phones = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_exotel_phone_free);
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      CsExotelPhone *phone = read_phone (json_array_get_element (entries, i));

      if (phone != NULL)
        g_ptr_array_add (phones, phone);
    }
  if (n_records != NULL)
    *n_records = json_array_get_length (entries);
  return phones;
}

void
cs_exotel_phone_free (CsExotelPhone *phone)
{
  g_free (phone->sid);
  g_free (phone->number);
  g_free (phone->friendly_name);
  g_free (phone);
}
