/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fake sipgate as a program, for the tests that drive the real application from outside. It prints one line,
 * "ready url=… id=… token=…", and runs until standard input ends. The history stands in a file, one item a line. */

#include "fake-sipgate.h"

#include <stdio.h>
#include <unistd.h>

int
main (int    argc,
      char **argv)
{
  g_autoptr (FakeSipgate) fake = NULL;
  char text[256];

  if (argc != 2)
    {
      g_printerr ("Usage: fake-sipgate FILE\n");
      return 2;
    }
  fake = fake_sipgate_new ();
  fake_sipgate_set_item_file (fake, argv[1]);
  g_print ("ready url=%s id=%s token=%s\n", fake_sipgate_get_url (fake), FAKE_SIPGATE_TOKEN_ID, FAKE_SIPGATE_TOKEN);
  fflush (stdout);
  while (read (STDIN_FILENO, text, sizeof text) > 0)
    ;
  return 0;
}
