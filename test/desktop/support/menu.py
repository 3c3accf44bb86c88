#!/usr/bin/python3
"""Reads and presses a tray icon and its menu over D-Bus, as a panel does. One JSON line per command on standard input."""
import json
import sys

import dbus

bus = dbus.SessionBus()
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


def properties(service, path, interface):
    found = dbus.Interface(bus.get_object(service, path), "org.freedesktop.DBus.Properties")
    return found.GetAll(interface)


def items():
    """The icons that programs have registered, as [service, path]."""
    registered = properties(WATCHER, "/StatusNotifierWatcher", WATCHER)["RegisteredStatusNotifierItems"]
    return [[name.split("/", 1)[0], "/" + name.split("/", 1)[1]] for name in map(str, registered)]


def menu(service, path):
    return dbus.Interface(bus.get_object(service, str(properties(service, path, ITEM)["Menu"])), MENU)


def tree(node):
    number, props, children = node
    return {
        "id": int(number),
        "label": str(props.get("label", "")),
        "type": str(props.get("type", "standard")),
        "enabled": bool(props.get("enabled", True)),
        "toggle": int(props.get("toggle-state", -1)),
        "icon": "icon-data" in props,
        "children": [tree(child) for child in children],
    }


def run(words):
    verb, *rest = words
    if verb == "host":
        return bool(bus.name_has_owner(WATCHER))
    if verb == "items":
        return items()
    if verb == "read":
        return tree(menu(*rest).GetLayout(0, -1, dbus.Array([], signature="s"))[1])
    if verb == "press":
        service, path, number = rest
        menu(service, path).Event(number, "clicked", dbus.String("", variant_level=1), dbus.UInt32(0))
        return None
    if verb == "activate":
        service, path = rest
        dbus.Interface(bus.get_object(service, path), ITEM).Activate(0, 0)
        return None
    if verb == "about":
        props = properties(*rest, ITEM)
        pixmaps = [[int(p[0]), int(p[1])] for p in props.get("IconPixmap", [])]
        tip = props.get("ToolTip", ["", [], "", ""])
        return {"status": str(props.get("Status", "")), "pixmaps": pixmaps, "tip": [str(tip[2]), str(tip[3])], "icon": str(props.get("IconName", ""))}
    raise ValueError(verb)


for line in sys.stdin:
    try:
        answer = {"ok": run(json.loads(line))}
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
