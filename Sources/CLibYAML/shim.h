// libyaml of the system: events and marks, no tree.
#include <yaml.h>
