/* SPDX-License-Identifier: LGPL-2.1-or-later
 * property_list.c: setting, replacing, finding, copying. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store_sample.h"

static void set(struct property_list *list, const char *name, const char *value)
{
    uint16_t buffer[64];

    assert_int_equal(property_list_set(list, u16(buffer, name), value, strlen(value)), NTE_SUCCESS);
}

static void check(const struct property_list *list, const char *name, const char *value)
{
    uint16_t buffer[64];
    const struct property *property = property_list_find(list, u16(buffer, name));

    assert_non_null(property);
    assert_same_name(property->name, buffer);
    assert_int_equal(property->size, strlen(value));
    assert_memory_equal(property->data, value, strlen(value));
}

static void test_empty(void **state)
{
    struct property_list list = {0}, copy = {0};
    uint16_t name[] = {'a', 0};

    (void)state;
    assert_null(property_list_find(&list, name));
    assert_int_equal(property_list_copy(&copy, &list), NTE_SUCCESS);
    assert_null(copy.first);
    property_list_free(&list);
    property_list_free(&copy);
}

static void test_names_compare_exactly(void **state)
{
    struct property_list list = {0};
    uint16_t name[64];

    (void)state;
    set(&list, "Name", "one");
    assert_null(property_list_find(&list, u16(name, "name")));
    assert_null(property_list_find(&list, u16(name, "Nam")));
    assert_null(property_list_find(&list, u16(name, "Name ")));
    assert_null(property_list_find(&list, u16(name, "")));
    check(&list, "Name", "one");
    property_list_free(&list);
    assert_null(list.first);
}

static void test_order_and_replacement(void **state)
{
    struct property_list list = {0};
    uint16_t name[64];

    (void)state;
    set(&list, "a", "1");
    set(&list, "b", "2");
    set(&list, "c", "3");
    set(&list, "b", "a longer value");
    set(&list, "a", "");
    check(&list, "a", "");
    check(&list, "b", "a longer value");
    check(&list, "c", "3");
    assert_same_name(list.first->name, u16(name, "a"));
    assert_same_name(list.first->next->name, u16(name, "b"));
    assert_same_name(list.first->next->next->name, u16(name, "c"));
    assert_null(list.first->next->next->next);
    property_list_free(&list);
}

static void test_copy_is_independent(void **state)
{
    struct property_list list = {0}, copy = {0};

    (void)state;
    set(&list, "a", "1");
    set(&list, "b", "2");
    assert_int_equal(property_list_copy(&copy, &list), NTE_SUCCESS);
    assert_same_properties(&list, &copy);
    set(&list, "a", "changed");
    set(&copy, "c", "3");
    check(&copy, "a", "1");
    check(&list, "a", "changed");
    assert_ptr_equal(list.first->next->next, NULL);
    property_list_free(&list);
    check(&copy, "b", "2");
    property_list_free(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_names_compare_exactly),
        cmocka_unit_test(test_order_and_replacement),
        cmocka_unit_test(test_copy_is_independent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
