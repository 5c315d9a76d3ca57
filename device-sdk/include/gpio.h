/* Generated from src/sdk by `npm run generate:device-sdk`. Do not edit. */

#ifndef ESP8266_SSL_GPIO_H
#define ESP8266_SSL_GPIO_H

#include "c_types.h"
#include "eagle_soc.h"

typedef enum _GPIO_INT_TYPE {
    GPIO_PIN_INTR_DISABLE = 0,
    GPIO_PIN_INTR_POSEDGE = 1,
    GPIO_PIN_INTR_NEGEDGE = 2,
    GPIO_PIN_INTR_ANYEDGE = 3,
    GPIO_PIN_INTR_LOLEVEL = 4,
    GPIO_PIN_INTR_HILEVEL = 5,
} GPIO_INT_TYPE;

typedef void (*gpio_intr_handler_fn_t)(uint32 intr_mask, void *arg);

#define GPIO_OUTPUT_SET(pin, value) gpio_output_set(((value) & 1) << (pin), (~(value) & 1) << (pin), 1 << (pin), 0)
#define GPIO_DIS_OUTPUT(pin) gpio_output_set(0, 0, 0, 1 << (pin))
#define GPIO_INPUT_GET(pin) ((gpio_input_get() >> (pin)) & 1)

#ifdef __cplusplus
extern "C" {
#endif

/* Prepares the pins. */
void gpio_init(void);
/* Sets and clears outputs, and makes pins outputs or inputs. */
void gpio_output_set(uint32 set_mask, uint32 clear_mask, uint32 enable_mask, uint32 disable_mask);
/* Reads all pins. */
uint32 gpio_input_get(void);
/* Writes a GPIO register. */
void gpio_register_set(uint32 reg_id, uint32 value);
/* Reads a GPIO register. */
uint32 gpio_register_get(uint32 reg_id);
/* Registers the function for interrupts of pins. */
void gpio_intr_handler_register(gpio_intr_handler_fn_t fn, void *arg);
/* Answers which pins have an interrupt. */
uint32 gpio_intr_pending(void);
/* Acknowledges interrupts of pins. */
void gpio_intr_ack(uint32 ack_mask);
/* Sets what causes an interrupt of a pin. */
void gpio_pin_intr_state_set(uint32 i, GPIO_INT_TYPE intr_state);
/* Lets a pin end light sleep; only levels can. */
void gpio_pin_wakeup_enable(uint32 i, GPIO_INT_TYPE intr_state);
/* Lets no pin end light sleep. */
void gpio_pin_wakeup_disable(void);

#ifdef __cplusplus
}
#endif

#endif
