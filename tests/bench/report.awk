# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes the table and bench.json (-v json=FILE) of tools/run-bench; -v load=AVERAGE -v processors=COUNT tell how busy
# the machine was. Input, in any order:
#   row NAME KIND BUDGET TEXT    a row of the table; KIND is what is held against BUDGET:
#                                  faster  other / ours, at least      slower  ours / other, at most
#                                  chance  the same of the sums of all rounds: how long a key is looked for is chance
#                                  alone   ours in microseconds, at most
#                                  shown   other / ours, which nothing is asked of; ours if there is no other
#   NAME OURS OTHER              one round: microseconds a call on our side and on the other (- when alone); anything
#                                else, such as what Wine says when a program does not start, is shown and not counted
# Other ratios are taken in each round, then their median: what slows the machine for a while slows both sides.

function is_figure(text)
{
    return text ~ /^[0-9]+(\.[0-9]+)?$/ && text > 0
}

function median(list, name, count,    sorted, i, j, value)
{
    for (i = 1; i <= count; i++) sorted[i] = list[name, i]
    for (i = 2; i <= count; i++)
    {
        value = sorted[i]
        for (j = i - 1; j > 0 && sorted[j] > value; j--) sorted[j + 1] = sorted[j]
        sorted[j + 1] = value
    }
    if (!count) return 0
    return count % 2 ? sorted[(count + 1) / 2] : (sorted[count / 2] + sorted[count / 2 + 1]) / 2
}

function sum(list, name, count,    i, total)
{
    for (i = 1; i <= count; i++) total += list[name, i]
    return total
}

$1 == "row" {
    order[++rows] = $2
    kind[$2] = $3
    budget[$2] = $4
    $1 = $2 = $3 = $4 = ""
    sub(/^ */, "")
    text[order[rows]] = $0
    next
}

NF != 3 || !is_figure($2) || !($3 == "-" || is_figure($3)) {
    print "not counted: " $0
    next
}

{
    round = ++rounds[$1]
    ours[$1, round] = $2
    if ($3 == "-") {
        lone[$1] = 1
        next
    }
    others[$1, round] = $3
    ratios[$1, round] = kind[$1] == "slower" ? $2 / $3 : $3 / $2
}

END {
    printf "%-58s %12s %12s %8s  %-9s\n", "operation", "ours, us", "other, us", "ratio", "budget"
    print "[" > json
    for (i = 1; i <= rows; i++)
    {
        name = order[i]
        value = median(ours, name, rounds[name])
        alone = kind[name] == "alone"
        if (lone[name]) alone = 1
        if (alone || !rounds[name]) ratio = 0
        else if (kind[name] == "chance") ratio = sum(ours, name, rounds[name]) / sum(others, name, rounds[name])
        else ratio = median(ratios, name, rounds[name])
        shown = kind[name] == "shown"
        met = kind[name] == "faster" ? ratio >= budget[name] : (alone ? value : ratio) <= budget[name]
        ok = shown || rounds[name] && met
        wanted = (kind[name] == "faster" ? ">= " : "<= ") budget[name] (alone ? " us" : "")
        if (shown) wanted = ""
        if (!ok) missed = missed "\n  " text[name]
        printf "%-58s %12.3f %12s %8s  %-9s %s\n", text[name], value,
               alone ? "" : sprintf("%.3f", median(others, name, rounds[name])),
               alone ? "" : sprintf("%.2f", ratio), wanted, shown ? "" : ok ? "ok" : "MISSED"
        printf "  {\"name\": \"%s\", \"value\": %.4f, \"unit\": \"us\", \"ratio\": %s, " \
               "\"budget\": \"%s\", \"ok\": %s}%s\n",
               name, value, alone ? "null" : sprintf("%.4f", ratio), wanted, ok ? "true" : "false",
               i < rows ? "," : "" > json
    }
    print "]" > json
    print missed ? "budgets missed:" missed : "all budgets met"
    if (missed && load > processors)
        print "the machine was busy (load " load " on " processors " processors): what is missed counts as not measured"
}
