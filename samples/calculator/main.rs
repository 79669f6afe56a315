//! A pocket calculator: the classical statechart of two operands and an operator.

use wink::prelude::*;

/// Adds, subtracts, multiplies and divides.
#[machine(name = "calculator/Calculator")]
pub mod calculator {
    /// What is on the display and what is remembered.
    #[data]
    #[derive(Default)]
    pub struct Calculator {
        display: String,
        left: f64,
        operator: char,
    }

    impl Calculator {
        fn shown(&self) -> f64 {
            self.display.parse().unwrap_or(0.0)
        }

        /// The result, unless it is no number.
        fn result(&self) -> Option<f64> {
            let right = self.shown();
            let value = match self.operator {
                '+' => self.left + right,
                '-' => self.left - right,
                '*' => self.left * right,
                _ => self.left / right,
            };
            value.is_finite().then_some(value)
        }
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// A key from 0 to 9.
        Digit {
            /// Which one.
            digit: u8,
        },
        /// The decimal point.
        Point,
        /// One of + - * /.
        Operator {
            /// Which one.
            operator: char,
        },
        /// Show the result.
        Equals,
        /// Begin again.
        Clear,
        /// What does the display show?
        #[reply(String)]
        Display,
    }

    #[receive(Display)]
    fn display(calculator: &Calculator) -> String {
        calculator.display.clone()
    }

    /// All of it: `Clear` begins again from anywhere.
    #[state(initial)]
    #[receive(Clear => ready)]
    #[ignore(Digit | Point | Equals)]
    pub mod working {
        #[receive(Operator)]
        fn not_now(cx: &mut Context, operator: char) {
            cx.log(format!("{operator} does not fit here"));
        }

        /// Nothing typed yet.
        #[state(initial)]
        pub mod ready {
            #[entry]
            fn reset(calculator: &mut Calculator) {
                *calculator = Calculator {
                    display: "0".to_owned(),
                    ..Calculator::default()
                };
            }

            #[receive(Digit if digit <= 9 => first)]
            fn begin(calculator: &mut Calculator, digit: u8) {
                calculator.display = digit.to_string();
            }
        }

        /// Typing the first operand.
        #[state]
        pub mod first {
            #[receive(Digit if digit <= 9)]
            fn append(calculator: &mut Calculator, digit: u8) {
                calculator.display.push_str(&digit.to_string());
            }

            #[receive(Point if !calculator.display.contains('.'))]
            fn point(calculator: &mut Calculator) {
                calculator.display.push('.');
            }

            #[receive(Operator if "+-*/".contains(operator) => between)]
            fn choose(calculator: &mut Calculator, operator: char) {
                calculator.left = calculator.shown();
                calculator.operator = operator;
            }
        }

        /// An operator has been chosen; another one replaces it.
        #[state]
        pub mod between {
            #[receive(Operator if "+-*/".contains(operator))]
            fn change(calculator: &mut Calculator, operator: char) {
                calculator.operator = operator;
            }

            #[receive(Digit if digit <= 9 => second)]
            fn begin(calculator: &mut Calculator, digit: u8) {
                calculator.display = digit.to_string();
            }
        }

        /// Typing the second operand.
        #[state]
        pub mod second {
            #[receive(Digit if digit <= 9)]
            fn append(calculator: &mut Calculator, digit: u8) {
                calculator.display.push_str(&digit.to_string());
            }

            #[receive(Point if !calculator.display.contains('.'))]
            fn point(calculator: &mut Calculator) {
                calculator.display.push('.');
            }

            #[receive(Equals => first | failed)]
            fn evaluate(calculator: &mut Calculator, cx: &mut Context) -> Goto {
                match calculator.result() {
                    Some(value) => {
                        calculator.display = value.to_string();
                        cx.log(calculator.display.clone());
                        Goto::First
                    }
                    None => Goto::Failed,
                }
            }
        }

        /// Divided by zero. Only `Clear` helps.
        #[state]
        pub mod failed {
            #[entry]
            fn show(calculator: &mut Calculator, cx: &mut Context) {
                calculator.display = "error".to_owned();
                cx.log("error");
            }

            #[receive(Digit)]
            #[receive(Operator)]
            fn refuse(cx: &mut Context) {
                cx.log("press clear first");
            }
        }
    }
}

wink::main!(calculator::Calculator);
