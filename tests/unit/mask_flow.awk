# SPDX-License-Identifier: LGPL-2.1-or-later
# Branches and addresses that depend on a vector. Reads one function as objdump prints it ("ADDRESS: MNEMONIC OPERANDS")
# and prints each conditional jump whose flags, and each operand in memory whose address, come from a vector, from a
# mask, or from the result of a call, by way of whatever general registers and words of the stack.

function hex(text,    i, value, sign)
{
    sign = sub(/^-/, "", text) ? -1 : 1
    sub(/^0x/, "", text)
    for (i = 1; i <= length(text); i++) value = 16 * value + index("0123456789abcdef", substr(text, i, 1)) - 1
    return sign * value
}

# One name for a register of any width.
function register(name)
{
    sub(/^%/, "", name)
    if (name ~ /^r[0-9]+[dwb]?$/) sub(/[dwb]$/, "", name)
    else
    {
        sub(/^[re]/, "", name)
        if (name ~ /^[abcd][xlh]$/) name = substr(name, 1, 1)
        else name = substr(name, 1, 2)
    }
    return name
}

function is_vector(operand) { return operand ~ /^%([xyz]mm|k)/ }
function is_memory(operand) { return operand ~ /\(/ }
function is_stack(operand)  { return operand ~ /^(-?0x[0-9a-f]+)?\(%r[sb]p\)$/ }

# Of the registers that an address is made of.
function address_taint(operand,    i, count, part, any)
{
    sub(/^.*\(/, "", operand)
    sub(/\).*/, "", operand)
    count = split(operand, part, ",")
    for (i = 1; i <= count; i++) if (part[i] ~ /^%/ && !is_vector(part[i]) && now[register(part[i])]) any = 1
    return any
}

# The words of the stack that an operand of so many bytes covers, in words[].
function cover(operand, bytes,    base, at, count)
{
    base = operand ~ /%rsp/ ? "sp" : "bp"
    sub(/\(.*/, "", operand)
    at = hex(operand) + 65536
    for (count = 0; 8 * count < bytes; count++) words[count] = base ":" int(at / 8) + count
    return count
}

function taint(operand,    i, count)
{
    if (is_vector(operand)) return 1
    if (is_stack(operand))
    {
        count = cover(operand, 8)
        for (i = 0; i < count; i++) if (now[words[i]]) return 1
        return 0
    }
    return operand ~ /^%/ && now[register(operand)] ? 1 : 0
}

function put(operand, value, bytes,    i, count)
{
    if (is_vector(operand)) return
    if (is_stack(operand))
    {
        count = cover(operand, bytes)
        for (i = 0; i < count; i++) now[words[i]] = value
    }
    else if (operand ~ /^%/) now[register(operand)] = value
}

function jump(target,    key)
{
    for (key in now)
        if (now[key] && index(entry[target], " " key " ") == 0)
        {
            entry[target] = entry[target] " " key " "
            changed = 1
        }
}

function forget(    key) { for (key in now) delete now[key] }

function size_of(operands)
{
    return operands ~ /%zmm/ ? 64 : operands ~ /%ymm/ ? 32 : operands ~ /%xmm/ ? 16 : 8
}

# Operands are parted by commas, but not those within parentheses.
function parse(operands,    i, c, depth, count)
{
    count = operands == "" ? 0 : 1
    for (i = 1; i <= 8; i++) operand[i] = ""
    for (i = 1; i <= length(operands); i++)
    {
        c = substr(operands, i, 1)
        depth += (c == "(") - (c == ")")
        if (c == "," && !depth) count++
        else operand[count] = operand[count] c
    }
    return count
}

# Follows one instruction: now[] has what comes from a vector, entry[] the same for the places that are jumped to.
function step(address, name, operands, line,    i, count, last, from, key)
{
    count = split(entry[address], key, " ")
    for (i = 1; i <= count; i++) now[key[i]] = 1
    count = parse(operands)
    last = operand[count]
    sub(/\{.*/, "", last)
    for (i = 1; i <= count; i++)
        if (name !~ /^(lea|nop)/ && is_memory(operand[i]) && address_taint(operand[i])) complaints[line] = 1

    if (name ~ /^j/)
    {
        sub(/ .*/, "", operands)
        if (name == "jmp") { jump(operands); forget(); return }
        if (now["flags"]) complaints[line] = 1
        jump(operands)
        return
    }
    if (name ~ /^ret/) { forget(); return }
    if (name ~ /^call/) { now["a"] = 1; now["flags"] = 0; return }
    if (name ~ /^(nop|vzero|push|cltq)/) return

    for (i = 1; i < count; i++) if (taint(operand[i])) from = 1
    if (name ~ /^lea/) from = address_taint(operand[1])
    if (name ~ /^(set|cmov|adc|sbb)/ && now["flags"]) from = 1
    if (name ~ /^(cmp|test|bt|k(or)?test|vptest|v?u?comis)/) { now["flags"] = from || taint(last); return }
    if (name ~ /^(xor|sub)[lqwb]?$/ && operand[1] == last) { put(last, 0, 8); now["flags"] = 0; return }
    # What adds to what was there.
    if (name !~ /^(mov|kmov|v|lea|pop|set|shlx|shrx|sarx|rorx)/ && taint(last)) from = 1
    put(last, from, size_of(operands))
    if (name ~ /^i?mul/ && count == 1) now["a"] = now["d"] = from
    if (name !~ /^(mov|kmov|v|lea|pop|set|cmov|not|shlx|shrx|sarx|rorx)/) now["flags"] = from
}

/^ *[0-9a-f]+:/ {
    where = $1
    sub(/:$/, "", where)
    text = $0
    sub(/^[^:]*:[ \t]*/, "", text)
    sub(/[ \t]*[#<].*/, "", text)
    lines++
    addresses[lines] = where
    whole[lines] = text
    names[lines] = text ~ /nop/ ? "nop" : text
    sub(/[ \t].*/, "", names[lines])
    if (!sub(/^[^ \t]+[ \t]+/, "", text)) text = ""
    gsub(/ /, "", text)
    arguments[lines] = text
}

END {
    do
    {
        changed = 0
        forget()
        for (n = 1; n <= lines; n++) step(addresses[n], names[n], arguments[n], whole[n])
    } while (changed)
    for (line in complaints) print line
}
